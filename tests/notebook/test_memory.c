// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Memory that runs out: whichever allocation of a program fails, large or small, it ends with a
 * MemoryError and leaves the notebook usable with every reference count right, or the whole process
 * ends with one line (base/alloc.h says which allocations may do so), or the program does not need
 * that memory. Each attempt is a child's.
 */
#include "config.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "notebook/notebook_internal.h"
#include "support/check.h"

#define ENOUGH 25 // attempts in a row that succeed: the program has no more allocations
#define MAX 6000

enum verdict { VERDICT_DIED = 1, VERDICT_DONE = 42, VERDICT_REPORTED, VERDICT_WRONG_ERROR, VERDICT_BROKEN, VERDICT_LEAK, VERDICT_CRASHED };

static const char *const programs[] = {
    // the language
    "class A:\n"
    "    def __init__(self, v=1): self.v = v\n"
    "    def __eq__(self, other): return self.v == other\n"
    "    def __repr__(self): return f'<{self.v:>4}>'\n"
    "    def __enter__(self): return [self]\n"
    "    def __exit__(self, *rest): return None\n"
    "def f(q, *rest, k=3, **named):\n"
    "    def inner(t=q): return (t, q, k)\n"
    "    return inner\n"
    "a = [A(i) for i in range(3)] + [3, 'text', (1, 2)]\n"
    "d = {str(i): [i] * 2 for i in range(9)}\n"
    "s = {1, 2, a[0].v}\n"
    "d.update(k=f(1, 2, 3, z=4)) if False else d.setdefault('k', f(1, 2, 3, z=4))\n"
    "(x, *y), z = (1, 2, 3), sorted(d, key=lambda q: d[q][0] if q != 'k' else 0, reverse=True)\n"
    "try:\n"
    "    {}[a[0].v]\n"
    "except KeyError as e:\n"
    "    print(e, '%s %5.2f' % ('x', 2.5), ', '.join(z))\n"
    "finally:\n"
    "    print(repr(a), max(z, key=len), d['k'](), 'a-b'.split('-'), '{:>5}'.format(3))\n"
    "with A() as b:\n"
    "    b.append([*zip(a, enumerate(map(str, y)))])\n"
    "del a[0], d['k']\n"
    "a[1:3] = (c for c in 'xyz') if False else list('xyz')\n"
    "A(1) == 1 and a[::-1]\n",
    // arrays, tensors and the tape
    "import numpy as np\n"
    "import torch\n"
    "X = np.arange(12.).reshape(3, 4)\n"
    "X[X > 3] = X[::-1].sum(axis=0).max()\n"
    "w = torch.ones(3, 4, requires_grad=True)\n"
    "y = (w[1:] @ torch.from_numpy(X).float().T + w.mean() ** 2).sigmoid()\n"
    "y = y * 2\n"
    "y[0, 1:] = w[0, :2]\n"
    "torch.cat([y, y * y], 1).sum().backward()\n"
    "with torch.no_grad():\n"
    "    w -= 0.1 * w.grad\n"
    "print(X, w, w.grad[:, [0, 2]].tolist())\n",
    // nets
    "import torch\n"
    "from torch import nn, optim\n"
    "m = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(8, 2))\n"
    "o = optim.SGD(m.parameters(), lr=0.1)\n"
    "l = nn.CrossEntropyLoss()(m(torch.ones(2, 1, 4, 4)), torch.tensor([0, 1]))\n"
    "o.zero_grad(); l.backward(); o.step()\n"
    "print(m, l.item() > 0, len(m.state_dict()))\n",
};

static enum verdict run_failing(struct notebook *nb, const char *program, long n)
{
	struct strbuf traceback = STRBUF_INIT;
	struct diag diag = {.code = 0};
	enum verdict verdict;
	double two = 0;
	int r;

	mem_fail_nth(n);
	r = notebook_run(nb, "memory", program, true, &traceback, &diag);
	mem_fail_nth(0);
	verdict = r == 0 ? VERDICT_DONE : r == ERR_NOMEM && diag.msg[0] ? VERDICT_REPORTED : VERDICT_WRONG_ERROR;
	strbuf_release(&traceback);
	if (notebook_number(nb, "len([torch.ones(2).sum().item()] * 2)", &two, &diag) < 0 || two != 2)
		return VERDICT_BROKEN;
	return notebook__free(nb) ? VERDICT_LEAK : verdict;
}

static int in_a_child(struct notebook *nb, const char *program, long n)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		fclose(stderr);
		_exit(run_failing(nb, program, n));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : VERDICT_CRASHED;
}

static bool is_right(int verdict, long n, size_t program)
{
	static const char *const wrong[] = {"it is not reported as lacking memory", "the notebook is no longer usable",
	    "a reference count is wrong", "it crashes"};

	if (verdict < VERDICT_WRONG_ERROR)
		return true;
	print_error("program %zu, allocation %ld: %s\n", program, n, wrong[verdict - VERDICT_WRONG_ERROR]);
	return false;
}

static void test_every_allocation_of_a_program_may_fail(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		int done = 0, reported = 0;
		struct notebook *nb;

		assert_int_equal(notebook_new(NULL, NULL, &nb, NULL), 0);
		for (long n = 1; n < MAX && done < ENOUGH; n++) {
			int verdict = in_a_child(nb, programs[i], n);

			done = verdict == VERDICT_DONE ? done + 1 : 0;
			reported += verdict == VERDICT_REPORTED;
			failed += !is_right(verdict, n, i);
		}
		notebook_free(nb);
		assert_true(done == ENOUGH && reported > 20);
	}
	assert_int_equal(failed, 0);
}

static void test_a_notebook_that_cannot_be_made_says_so(void **state)
{
	(void)state;
	// Not all of its thousands of allocations: each of the first, then samples.
	for (long n = 1; n < 40000; n += n < 40 ? 1 : n / 11) {
		pid_t child = fork();
		int status;

		if (child == 0) {
			struct notebook *nb = NULL;
			struct diag diag = {.code = 0};
			int r;

			fclose(stderr);
			mem_fail_nth(n);
			r = notebook_new(NULL, NULL, &nb, &diag);
			notebook_free(nb);
			_exit(r == 0 ? VERDICT_DONE : r == ERR_NOMEM && diag.msg[0] && !nb ? VERDICT_REPORTED : VERDICT_WRONG_ERROR);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFEXITED(status) || WEXITSTATUS(status) == VERDICT_WRONG_ERROR)
			fail_msg("allocation %ld: status %d", n, status);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_every_allocation_of_a_program_may_fail),
	cmocka_unit_test(test_a_notebook_that_cannot_be_made_says_so),
};

CHECK_MAIN(tests)
