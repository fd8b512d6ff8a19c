// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Lets every allocation of an attempt fail in turn, each in a child: what is small ends the program
 * with one line, so a child may report ERR_NOMEM or exit with 1, and nothing else, until it
 * succeeds.
 */
#ifndef TESTS_MODEL_EACH_ALLOCATION_H
#define TESTS_MODEL_EACH_ALLOCATION_H

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "support/check.h"

#define EACH_ALLOCATION_MAX 3000

/* One attempt with the n-th allocation failing: 42 success, 43 reported, 1 ended, 44 wrong. */
static inline int each_allocation_attempt(long n, int (*attempt)(struct diag *diag))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct diag diag = {0};
		int err;

		fclose(stderr);
		mem_fail_nth(n);
		err = attempt(&diag);
		_exit(err == 0 ? 42 : err == ERR_NOMEM && diag.msg[0] ? 43 : 44);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Returns how many allocations were made to fail with a report. */
static inline int check_each_allocation(int (*attempt)(struct diag *diag))
{
	int reported = 0, verdict = 0;

	for (long n = 1; verdict != 42; n++) {
		assert_true(n < EACH_ALLOCATION_MAX);
		verdict = each_allocation_attempt(n, attempt);
		if (verdict == 43)
			reported++;
		else if (verdict != 42)
			assert_int_equal(verdict, 1);
	}
	return reported;
}

#endif
