// SPDX-License-Identifier: GPL-3.0-or-later
/* The documents' programs, unchanged, print what PyTorch and NumPy print. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "notebook/notebook.h"
#include "support/check.h"

static void take_text(void *self, const char *bytes, size_t len)
{
	strbuf_addn(self, bytes, len);
}

// The notebook leaves grad_fn=<...> out.
static void drop_grad_fn(char *text)
{
	char *at;

	while ((at = strstr(text, "grad_fn=<"))) {
		char *from = at, *to = strchr(at, '>');

		while (from > text && strchr(" \n,", from[-1]))
			from--;
		assert_non_null(to);
		memmove(from, to + 1, strlen(to + 1) + 1);
	}
}

static void run_snippet(const char *name)
{
	struct strbuf out = STRBUF_INIT, traceback = STRBUF_INIT;
	struct nb_sink sink = {.self = &out, .text = take_text};
	struct nb_limits limits = {.seconds = 60};
	char *below = xasprintf("snippets/%s.py", name), *source, *expected;
	const char *path = check_shared_path(below);
	struct notebook *nb;
	struct diag diag;
	size_t len;

	mem_free(below);
	if (!path)
		skip();
	assert_int_equal(file_read(path, 1 << 20, &source, &len, NULL), 0);
	below = xasprintf("snippets/%s.out", name);
	path = check_shared_path(below);
	mem_free(below);
	assert_non_null(path);
	assert_int_equal(file_read(path, 1 << 20, &expected, &len, NULL), 0);
	drop_grad_fn(expected);
	assert_int_equal(notebook_new(&sink, &limits, &nb, NULL), 0);
	if (notebook_run(nb, name, source, false, &traceback, &diag) < 0)
		fail_msg("%s", traceback.data);
	assert_string_equal(out.data, expected);
	notebook_free(nb);
	strbuf_release(&out);
	strbuf_release(&traceback);
	mem_free(source);
	mem_free(expected);
}

#define SNIPPET(function, name)                                                                    \
	static void function(void **state)                                                         \
	{                                                                                          \
		(void)state;                                                                       \
		run_snippet(name);                                                                 \
	}

SNIPPET(test_d0_finds_edges, "d0-edges")
SNIPPET(test_d0_learns_a_kernel, "d0-learn-kernel")
SNIPPET(test_d1_correlates, "d1-corr2d")
SNIPPET(test_d1_makes_a_layer_and_learns, "d1-layer-and-learning")
SNIPPET(test_d2_has_its_shapes, "d2-shapes")
SNIPPET(test_d3_has_its_shapes, "d3-lenet-shapes")
SNIPPET(test_d4_works_by_hand, "d4-by-hand")

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_d0_finds_edges),
	cmocka_unit_test(test_d0_learns_a_kernel),
	cmocka_unit_test(test_d1_correlates),
	cmocka_unit_test(test_d1_makes_a_layer_and_learns),
	cmocka_unit_test(test_d2_has_its_shapes),
	cmocka_unit_test(test_d3_has_its_shapes),
	cmocka_unit_test(test_d4_works_by_hand),
};

CHECK_MAIN(tests)
