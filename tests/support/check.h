// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The project's own assertions, on top of cmocka. Include this instead of cmocka.h, last.
 *
 * cmocka 1.1.5's assert_float_equal lets NaN pass; check_close does not.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Fails unless |got - expected| <= atol + rtol * |expected|; NaN never passes.
#define check_close(got, expected, rtol, atol)                                                     \
	check_close_at(__FILE__, __LINE__, #got, (got), (expected), (rtol), (atol))
void check_close_at(const char *file, int line, const char *what, double got, double expected,
    double rtol, double atol);

// The same for each of n floats; names the first index that differs.
#define check_floats(got, expected, n, rtol, atol)                                                 \
	check_floats_at(__FILE__, __LINE__, #got, (got), (expected), (n), (rtol), (atol))
void check_floats_at(const char *file, int line, const char *what, const float *got,
    const float *expected, size_t n, double rtol, double atol);

// Fails unless `text` contains `part`; prints both.
#define check_contains(text, part) check_contains_at(__FILE__, __LINE__, (text), (part))
void check_contains_at(const char *file, int line, const char *text, const char *part);

// Compares `text` with tests/golden/NAME. UPDATE=1 in the environment rewrites the file instead.
#define check_golden(name, text) check_golden_at(__FILE__, __LINE__, (name), (text))
void check_golden_at(const char *file, int line, const char *name, const char *text);

// A path below the source tree (CONVTUTOR_TOP) or below the build tree's scratch folder; valid until
// the next four calls.
const char *check_source_path(const char *name);
const char *check_scratch_path(const char *name);
// A file beside the checkout in ../shared, or NULL where that is absent: then skip().
const char *check_shared_path(const char *name);

/*
 * Runs `work` in child processes, with the 1st, 2nd, ... allocation failing, until one run needs fewer.
 * Each must succeed, report an error with a message, or (for the small allocations of x*) end with
 * die()'s one line. At least `least` allocations must have been made to fail.
 */
struct diag;
#define check_allocations(work, least) check_allocations_at(__FILE__, __LINE__, (work), (least))
void check_allocations_at(const char *file, int line, int (*work)(struct diag *diag), long least);

#define CHECK_MAIN(tests)                                                                          \
	int main(void)                                                                             \
	{                                                                                          \
		return cmocka_run_group_tests(tests, NULL, NULL) != 0;                             \
	}

#endif
