// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "support/check.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/paths.h"

static bool close_enough(double got, double expected, double rtol, double atol)
{
	if (isinf(expected))
		return got == expected;
	return fabs(got - expected) <= atol + rtol * fabs(expected); // false for NaN
}

void check_close_at(const char *file, int line, const char *what, double got, double expected,
    double rtol, double atol)
{
	if (close_enough(got, expected, rtol, atol))
		return;
	print_error("%s is %.9g, expected %.9g (rtol %g, atol %g)\n", what, got, expected, rtol, atol);
	_fail(file, line);
}

void check_floats_at(const char *file, int line, const char *what, const float *got,
    const float *expected, size_t n, double rtol, double atol)
{
	for (size_t i = 0; i < n; i++) {
		if (close_enough(got[i], expected[i], rtol, atol))
			continue;
		print_error("%s[%zu] is %.9g, expected %.9g (rtol %g, atol %g)\n", what, i, got[i],
		    expected[i], rtol, atol);
		_fail(file, line);
	}
}

void check_contains_at(const char *file, int line, const char *text, const char *part)
{
	if (strstr(text, part))
		return;
	print_error("expected to find\n  %s\nin\n%s\n", part, text);
	_fail(file, line);
}

static const char *keep_path(char *path)
{
	static char *kept[4];
	static size_t next;

	mem_free(kept[next % 4]);
	kept[next % 4] = path;
	return kept[next++ % 4];
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value ? value : ".";
}

const char *check_source_path(const char *name)
{
	return keep_path(paths_join(environment("CONVTUTOR_TOP"), name));
}

const char *check_scratch_path(const char *name)
{
	char *dir = xasprintf("%s/tests/scratch", environment("CONVTUTOR_BUILD"));
	char *path = xasprintf("%s/%s", dir, name);

	if (paths_make_parents(path, NULL) < 0)
		fail_msg("cannot make %s", dir);
	mem_free(dir);
	return keep_path(path);
}

const char *check_shared_path(const char *name)
{
	char *path = xasprintf("%s/../shared/%s", environment("CONVTUTOR_TOP"), name);

	if (paths_exists(path))
		return keep_path(path);
	mem_free(path);
	return NULL;
}

static void show_first_difference(const char *expected, const char *got)
{
	int line = 1;

	while (*expected && *expected == *got) {
		line += *got == '\n';
		expected++;
		got++;
	}
	print_error("they differ from line %d\n", line);
}

void check_golden_at(const char *file, int line, const char *name, const char *text)
{
	char *below = xasprintf("tests/golden/%s", name);
	const char *path = check_source_path(below);
	char *expected = NULL;
	size_t len;

	mem_free(below);
	if (getenv("UPDATE")) {
		if (paths_make_parents(path, NULL) < 0 ||
		    file_write(path, text, strlen(text), NULL) < 0)
			fail_msg("cannot write %s", path);
		return;
	}
	if (file_read(path, 1 << 20, &expected, &len, NULL) < 0) {
		print_error("no golden file %s: run with UPDATE=1 and review it\n", path);
		_fail(file, line);
	}
	if (strcmp(expected, text) != 0) {
		print_error("--- expected (%s)\n%s\n--- got\n%s\n", path, expected, text);
		show_first_difference(expected, text);
		mem_free(expected);
		_fail(file, line);
	}
	mem_free(expected);
}

enum outcome { OUTCOME_DIED = 1, OUTCOME_DONE = 42, OUTCOME_REPORTED, OUTCOME_SILENT };

/* The child's verdict on `work` with the n-th allocation failing. */
static int outcome_of(int (*work)(struct diag *diag), long n)
{
	pid_t child;
	int status = 0;

	fflush(NULL); // or the child would print it again
	child = fork();
	if (child == 0) {
		struct diag diag = {0};
		int r;

		if (!freopen("/dev/null", "w", stderr) || !freopen("/dev/null", "w", stdout))
			_exit(OUTCOME_SILENT);
		mem_fail_nth(n);
		r = work(&diag);
		_exit(r == 0 ? OUTCOME_DONE : diag.msg[0] ? OUTCOME_REPORTED : OUTCOME_SILENT);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)
		   ? WEXITSTATUS(status)
		   : OUTCOME_SILENT;
}

/* Some failures are survived, so that success must come three times in a row. */
void check_allocations_at(const char *file, int line, int (*work)(struct diag *diag), long least)
{
	int done = 0;
	long n = 1;

	for (; done < 3 && n < 10000; n++) {
		int outcome = outcome_of(work, n);

		done = outcome == OUTCOME_DONE ? done + 1 : 0;
		if (done || outcome == OUTCOME_REPORTED || outcome == OUTCOME_DIED)
			continue;
		print_error("allocation %ld failed: ended with %d\n", n, outcome);
		_fail(file, line);
	}
	if (n - 4 < least) {
		print_error("only %ld allocations were made, expected %ld\n", n - 4, least);
		_fail(file, line);
	}
}
