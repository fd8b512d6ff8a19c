// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/mt19937.h"

#include <string.h>

#include "support/check.h"

static void test_the_ten_thousandth_word_is_the_published_one(void **state)
{
	struct mt19937 mt;
	uint32_t word = 0;

	(void)state;
	mt19937_seed(&mt, 5489);
	assert_int_equal(mt19937_u32(&mt), 3499211612u);
	for (int i = 2; i <= 10000; i++)
		word = mt19937_u32(&mt);
	assert_int_equal(word, 4123659995u);
}

static void test_seed_0_gives_the_numbers_of_numpy(void **state)
{
	struct mt19937 mt;

	(void)state;
	mt19937_seed(&mt, 0);
	assert_true(mt19937_double(&mt) == 0.5488135039273248);
	mt19937_seed(&mt, 0);
	assert_true(mt19937_normal(&mt) == 1.764052345967664);
	assert_true(mt19937_normal(&mt) == 0.4001572083672233);
}

static void test_numbers_stay_within_their_bound(void **state)
{
	struct mt19937 mt;

	(void)state;
	mt19937_seed(&mt, 1);
	assert_int_equal(mt19937_up_to(&mt, 0), 0);
	for (int i = 0; i < 1000; i++) {
		assert_true(mt19937_up_to(&mt, 6) <= 6);
		assert_true(mt19937_up_to(&mt, 1ull << 40) <= 1ull << 40);
	}
}

static void test_any_state_is_safe(void **state)
{
	struct mt19937 mt;

	(void)state;
	memset(&mt, 0xff, sizeof(mt));
	mt.has_normal = 0;
	assert_true(mt19937_double(&mt) < 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_ten_thousandth_word_is_the_published_one),
		cmocka_unit_test(test_seed_0_gives_the_numbers_of_numpy),
		cmocka_unit_test(test_numbers_stay_within_their_bound),
		cmocka_unit_test(test_any_state_is_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
