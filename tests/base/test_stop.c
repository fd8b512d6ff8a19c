// SPDX-License-Identifier: GPL-3.0-or-later
/* What bounds a user's program: the request to stop, and the budget of memory. */
#include "config.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "support/check.h"

static void test_nothing_is_cancelled_unless_it_is_watched(void **state)
{
	struct cancel cancel = {.deadline = 0};
	struct diag diag;

	(void)state;
	assert_false(cancelled());
	assert_null(cancel_watch(&cancel));
	assert_false(cancelled());
	cancel_ask(&cancel);
	assert_true(cancelled());
	assert_int_equal(cancel_check(&diag), ERR_INTERRUPTED);
	assert_true(diag.msg[0] != 0);
	assert_ptr_equal(cancel_watch(NULL), &cancel);
	assert_false(cancelled());
	assert_int_equal(cancel_check(NULL), 0);
}

static void test_a_deadline_cancels_and_an_earlier_request_keeps_its_reason(void **state)
{
	struct cancel late = {.deadline = clock_real() - 1}, asked = late, early = late;

	(void)state;
	assert_true(cancel_due(&late));
	assert_int_equal(late.reason, CANCEL_LATE);
	cancel_ask(&asked);
	assert_true(cancel_due(&asked));
	assert_int_equal(asked.reason, CANCEL_ASKED);
	early.deadline += 1000;
	assert_false(cancel_due(&early));
	assert_false(cancel_due(NULL));
}

static void test_loops_ask_at_every_1024th_turn(void **state)
{
	struct cancel cancel = {.deadline = 0};
	int64_t i;

	(void)state;
	cancel_ask(&cancel);
	cancel_watch(&cancel);
	for (i = 0; i < 100000 && !cancelled_at(i); i++)
		;
	cancel_watch(NULL);
	assert_int_equal(i, 1023);
}

static void *other_thread(void *arg)
{
	*(bool *)arg = cancelled();
	return NULL;
}

static void test_other_threads_are_not_cancelled(void **state)
{
	struct cancel cancel = {.deadline = 0};
	bool there = true;
	pthread_t id;

	(void)state;
	cancel_ask(&cancel);
	cancel_watch(&cancel);
	assert_int_equal(pthread_create(&id, NULL, other_thread, &there), 0);
	pthread_join(id, NULL);
	cancel_watch(NULL);
	assert_false(there);
}

static void test_the_budget_refuses_what_is_beyond_it(void **state)
{
	size_t before = budget_used();

	(void)state;
	budget_set_limit(before + 1000);
	assert_true(budget_take(600));
	assert_false(budget_take(401));
	assert_false(budget_take((size_t)-1));
	assert_true(budget_take(400));
	assert_int_equal(budget_used(), before + 1000);
	budget_give(1000);
	budget_set_limit(0);
	assert_int_equal(budget_used(), before);
}

static void test_arenas_take_from_the_budget(void **state)
{
	struct arena arena = ARENA_INIT;
	size_t before = budget_used();

	(void)state;
	budget_set_limit(before + (1 << 20));
	assert_non_null(arena_alloc(&arena, 1 << 19, 1));
	assert_null(arena_alloc(&arena, 1 << 20, 1));
	assert_non_null(arena_alloc(&arena, 1 << 18, 1));
	arena_release(&arena);
	budget_set_limit(0);
	assert_int_equal(budget_used(), before);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_nothing_is_cancelled_unless_it_is_watched),
	cmocka_unit_test(test_a_deadline_cancels_and_an_earlier_request_keeps_its_reason),
	cmocka_unit_test(test_loops_ask_at_every_1024th_turn),
	cmocka_unit_test(test_other_threads_are_not_cancelled),
	cmocka_unit_test(test_the_budget_refuses_what_is_beyond_it),
	cmocka_unit_test(test_arenas_take_from_the_budget),
};

CHECK_MAIN(tests)
