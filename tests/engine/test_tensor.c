// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/budget.h"
#include "base/rng.h"
#include "engine/tensor.h"
#include "support/check.h"

#define SHAPE(...) ((int64_t[]){__VA_ARGS__})
#define NDIM(...) ((int)ARRAY_LEN(SHAPE(__VA_ARGS__)))

/* A float32 tensor 0, 1, 2, ... of the given sizes. */
#define counting(...) counting_of(NDIM(__VA_ARGS__), SHAPE(__VA_ARGS__))
static struct tensor *counting_of(int ndim, const int64_t *shape)
{
	struct tensor *tensor;

	assert_int_equal(tensor_new(DTYPE_F32, ndim, shape, &tensor, NULL), 0);
	for (size_t i = 0; i < tensor_count(tensor); i++)
		tensor_floats(tensor)[i] = (float)i;
	return tensor;
}

static struct tensor *slice(
    const struct tensor *src, int dim, int64_t start, int64_t stop, int64_t step)
{
	struct tensor *view;

	assert_int_equal(tensor_view_slice(src, dim, start, stop, step, &view, NULL), 0);
	return view;
}

static double at2(const struct tensor *tensor, int64_t i, int64_t j)
{
	return tensor_at(tensor, SHAPE(i, j));
}

static void test_a_fresh_tensor_is_zero_and_row_major(void **state)
{
	struct tensor *tensor;
	size_t before = tensor_memory_used();

	(void)state;
	assert_int_equal(tensor_new(DTYPE_F32, 3, SHAPE(2, 3, 4), &tensor, NULL), 0);
	assert_int_equal(tensor_count(tensor), 24);
	assert_int_equal(tensor->stride[0], 12);
	assert_int_equal(tensor->stride[1], 4);
	assert_int_equal(tensor->stride[2], 1);
	assert_int_equal((uintptr_t)tensor->data % 64, 0);
	assert_true(tensor_is_contiguous(tensor));
	for (size_t i = 0; i < 24; i++)
		assert_true(tensor_floats(tensor)[i] == 0);
	assert_int_equal(tensor_memory_used() - before, 96);
	tensor_free(tensor);
	tensor_free(NULL);
	assert_int_equal(tensor_memory_used(), before);
}

static void test_storage_lives_as_long_as_its_last_view(void **state)
{
	struct tensor *tensor = counting(4, 6), *row, *share;
	size_t used = tensor_memory_used();

	(void)state;
	assert_int_equal(tensor_view_select(tensor, 0, 2, &row, NULL), 0);
	share = tensor_share(tensor);
	tensor_free(tensor);
	tensor_free(share);
	assert_int_equal(tensor_memory_used(), used);
	check_close(tensor_at(row, SHAPE(5)), 17, 0, 0);
	tensor_free(row);
	assert_true(tensor_memory_used() < used);
}

static void test_slices_of_slices_see_the_same_elements(void **state)
{
	struct tensor *tensor = counting(6, 8);
	struct tensor *odd = slice(tensor, 1, 1, 8, 2);	 // columns 1 3 5 7
	struct tensor *inner = slice(odd, 1, 1, 4, 2);	 // columns 3 7
	struct tensor *part = slice(inner, 0, 2, 6, 3);	 // rows 2 5
	struct tensor *none = slice(part, 0, 2, 2, INT64_MAX);

	(void)state;
	assert_int_equal(part->shape[0], 2);
	assert_int_equal(part->shape[1], 2);
	check_close(at2(part, 0, 0), 19, 0, 0);
	check_close(at2(part, 1, 1), 47, 0, 0);
	assert_false(tensor_is_contiguous(part));
	tensor_set_at(part, SHAPE(1, 0), -1);
	check_close(at2(tensor, 5, 3), -1, 0, 0);
	assert_int_equal(tensor_count(none), 0);
	assert_true(tensor_is_contiguous(none));
	for (size_t i = 0; i < 5; i++)
		tensor_free((struct tensor *[]){tensor, odd, inner, part, none}[i]);
}

static void test_transpose_select_and_broadcast_are_views(void **state)
{
	struct tensor *tensor = counting(2, 3), *turned, *column, *wide;

	(void)state;
	assert_int_equal(tensor_view_transpose(tensor, 0, 1, &turned, NULL), 0);
	assert_int_equal(turned->shape[0], 3);
	check_close(at2(turned, 2, 1), 5, 0, 0);
	assert_false(tensor_is_contiguous(turned));
	assert_int_equal(tensor_view_select(turned, 0, 1, &column, NULL), 0);
	assert_int_equal(column->ndim, 1);
	check_close(tensor_at(column, SHAPE(1)), 4, 0, 0);
	assert_int_equal(tensor_view_broadcast(column, 3, SHAPE(4, 5, 2), &wide, NULL), 0);
	check_close(tensor_at(wide, SHAPE(3, 4, 0)), 1, 0, 0);
	assert_int_equal(wide->stride[0], 0);
	for (size_t i = 0; i < 4; i++)
		tensor_free((struct tensor *[]){tensor, turned, column, wide}[i]);
}

static void test_reshape_infers_one_size(void **state)
{
	struct tensor *tensor = counting(4, 6), *view, *empty;
	struct diag diag;

	(void)state;
	assert_int_equal(tensor_view_reshape(tensor, 3, SHAPE(2, -1, 3), &view, NULL), 0);
	assert_int_equal(view->shape[1], 4);
	check_close(tensor_at(view, SHAPE(1, 3, 2)), 23, 0, 0);
	tensor_free(view);
	assert_int_equal(tensor_view_reshape(tensor, 2, SHAPE(5, -1), &view, &diag), ERR_SHAPE);
	assert_string_equal(diag.msg, "cannot reshape 24 elements into (5, -1)");
	assert_int_equal(tensor_view_reshape(tensor, 2, SHAPE(-1, -1), &view, &diag), ERR_SHAPE);
	assert_int_equal(tensor_view_reshape(tensor, 2, SHAPE(-2, -12), &view, &diag), ERR_SHAPE);
	assert_int_equal(
	    tensor_view_reshape(tensor, 7, SHAPE(1, 1, 1, 1, 1, 1, 24), &view, &diag), ERR_RANGE);
	assert_int_equal(tensor_view_transpose(tensor, 0, 1, &view, NULL), 0);
	struct tensor *no_view = NULL;
	assert_int_equal(tensor_view_reshape(view, 1, SHAPE(24), &no_view, &diag), ERR_STATE);
	assert_null(no_view);
	tensor_free(view);
	tensor_free(tensor);
	empty = counting(0, 3);
	assert_int_equal(tensor_view_reshape(empty, 2, SHAPE(0, -1), &view, &diag), ERR_SHAPE);
	assert_int_equal(tensor_view_reshape(empty, 2, SHAPE(5, -1), &view, &diag), 0);
	assert_int_equal(view->shape[1], 0);
	tensor_free(view);
	tensor_free(empty);
}

static void test_a_scalar_has_one_element(void **state)
{
	struct tensor *scalar, *row;

	(void)state;
	assert_int_equal(tensor_new(DTYPE_F64, 0, NULL, &scalar, NULL), 0);
	assert_int_equal(tensor_count(scalar), 1);
	tensor_fill(scalar, 0.1);
	check_close(tensor_at(scalar, NULL), 0.1, 0, 0);
	assert_int_equal(tensor_new(DTYPE_F64, 1, SHAPE(3), &row, NULL), 0);
	assert_int_equal(tensor_assign(row, scalar, NULL), 0);
	check_close(tensor_at(row, SHAPE(2)), 0.1, 0, 0);
	tensor_free(scalar);
	tensor_free(row);
}

static void test_wrong_indices_name_numbers(void **state)
{
	struct tensor *tensor = counting(2, 3), *view;
	struct diag diag;

	(void)state;
	assert_int_equal(tensor_view_select(tensor, 1, 3, &view, &diag), ERR_RANGE);
	assert_string_equal(diag.msg, "index 3 is outside dimension 1 of size 3");
	assert_int_equal(tensor_view_select(tensor, 2, 0, &view, &diag), ERR_RANGE);
	assert_string_equal(diag.msg, "there is no dimension 2 in a tensor of shape (2, 3)");
	assert_int_equal(tensor_view_slice(tensor, 0, 1, 3, 1, &view, &diag), ERR_RANGE);
	assert_int_equal(tensor_view_slice(tensor, 0, 0, 2, 0, &view, &diag), ERR_RANGE);
	assert_int_equal(tensor_view_transpose(tensor, 0, -1, &view, &diag), ERR_RANGE);
	assert_int_equal(tensor_view_broadcast(tensor, 2, SHAPE(3, 3), &view, &diag), ERR_SHAPE);
	assert_string_equal(diag.msg, "shape (2, 3) cannot be broadcast to (3, 3)");
	assert_int_equal(tensor_view_broadcast(tensor, 1, SHAPE(3), &view, &diag), ERR_SHAPE);
	tensor_free(tensor);
}

static void test_huge_shapes_are_refused_with_their_size(void **state)
{
	struct tensor *tensor = NULL;
	struct diag diag;
	size_t count;

	(void)state;
	budget_set_limit((size_t)1 << 30);
	assert_int_equal(
	    tensor_new(DTYPE_F32, 2, SHAPE(1000000, 1000000), &tensor, &diag), ERR_LIMIT);
	assert_string_equal(diag.msg,
	    "a float32 tensor of shape (1000000, 1000000) has 1e+12 elements and "
	    "needs 4 TB; the limit is 1.07 GB in all");
	assert_true(diag.hint[0] != 0);
	budget_set_limit(0);
	assert_int_equal(tensor_new(DTYPE_F64, 2, SHAPE(INT64_MAX, 16), &tensor, &diag), ERR_RANGE);
	check_contains(diag.msg, "more than can be addressed");
	assert_int_equal(
	    tensor_new(DTYPE_BOOL, 3, SHAPE(0, INT64_MAX, 16), &tensor, &diag), ERR_RANGE);
	assert_int_equal(tensor_new(DTYPE_F32, 2, SHAPE(3, -1), &tensor, &diag), ERR_SHAPE);
	check_contains(diag.msg, "negative size -1 in dimension 1");
	assert_int_equal(
	    tensor_new(DTYPE_F32, 7, SHAPE(1, 1, 1, 1, 1, 1, 1), &tensor, &diag), ERR_RANGE);
	assert_null(tensor);
	assert_int_equal(tensor_shape_count(3, SHAPE(3, 0, 5), DTYPE_F32, &count, NULL), 0);
	assert_int_equal(count, 0);
}

static void test_the_memory_limit_counts_all_storage(void **state)
{
	struct tensor *first, *second;
	struct diag diag;
	size_t before = budget_used();

	(void)state;
	budget_set_limit(before + 1000);
	assert_int_equal(tensor_new(DTYPE_F32, 1, SHAPE(200), &first, &diag), 0);
	assert_int_equal(tensor_new(DTYPE_F32, 1, SHAPE(51), &second, &diag), ERR_LIMIT);
	assert_int_equal(tensor_new(DTYPE_F32, 1, SHAPE(50), &second, &diag), 0);
	tensor_free(first);
	tensor_free(second);
	budget_set_limit(0);
	mem_fail_nth(1);
	assert_int_equal(tensor_new(DTYPE_F32, 1, SHAPE(50), &second, &diag), ERR_NOMEM);
	check_contains(diag.msg, "needs 200 bytes");
	assert_int_equal(tensor_memory_used(), before);
}

static void test_conversions_are_the_same_on_every_machine(void **state)
{
	const float values[] = {-1.75f, 0, 2.5f, NAN, INFINITY, -3e30f};
	const int64_t whole[] = {-1, 0, 2, INT64_MIN, INT64_MIN, INT64_MIN};
	const int64_t truth[] = {1, 0, 1, 1, 1, 1};
	struct tensor *floats, *ints, *bools, *doubles;

	(void)state;
	assert_int_equal(tensor_from_floats(1, SHAPE(6), values, &floats, NULL), 0);
	assert_int_equal(tensor_cast(floats, DTYPE_I64, &ints, NULL), 0);
	assert_int_equal(tensor_cast(floats, DTYPE_BOOL, &bools, NULL), 0);
	for (int64_t i = 0; i < 6; i++) {
		assert_int_equal(tensor_int_at(ints, &i), whole[i]);
		assert_int_equal(tensor_int_at(bools, &i), truth[i]);
	}
	tensor_set_int_at(ints, SHAPE(0), INT64_MAX - 1);
	assert_int_equal(tensor_int_at(ints, SHAPE(0)), INT64_MAX - 1);
	assert_int_equal(tensor_cast(ints, DTYPE_F64, &doubles, NULL), 0);
	check_close(tensor_at(doubles, SHAPE(0)), 0x1p63, 0, 0);
	for (size_t i = 0; i < 4; i++)
		tensor_free((struct tensor *[]){floats, ints, bools, doubles}[i]);
}

/* Every pair of element types, through a strided source and into a strided target. */
static void test_every_pair_of_types_converts(void **state)
{
	(void)state;
	for (enum dtype from = DTYPE_F32; from <= DTYPE_BOOL; from++) {
		for (enum dtype to = DTYPE_F32; to <= DTYPE_BOOL; to++) {
			struct tensor *src, *dst, *turned, *part;

			assert_int_equal(tensor_new(from, 2, SHAPE(3, 2), &src, NULL), 0);
			tensor_set_at(src, SHAPE(2, 1), 1);
			assert_int_equal(tensor_new(to, 2, SHAPE(2, 6), &dst, NULL), 0);
			assert_int_equal(tensor_view_transpose(src, 0, 1, &turned, NULL), 0);
			part = slice(dst, 1, 0, 5, 2);
			assert_int_equal(tensor_assign(part, turned, NULL), 0);
			check_close(at2(dst, 1, 4), 1, 0, 0);
			check_close(at2(dst, 0, 4), 0, 0, 0);
			check_close(at2(dst, 1, 5), 0, 0, 0);
			for (size_t i = 0; i < 4; i++)
				tensor_free((struct tensor *[]){src, dst, turned, part}[i]);
		}
	}
}

static void test_assignment_broadcasts(void **state)
{
	struct tensor *image = counting(4, 6), *row = counting(1, 1, 6), *column = counting(4, 1);
	struct diag diag;

	(void)state;
	assert_int_equal(tensor_assign(image, column, &diag), 0);
	check_close(at2(image, 3, 5), 3, 0, 0);
	assert_int_equal(tensor_assign(image, row, &diag), 0);
	check_close(at2(image, 3, 5), 5, 0, 0);
	assert_int_equal(tensor_assign(column, image, &diag), ERR_SHAPE);
	assert_string_equal(diag.msg, "shape (4, 6) cannot be broadcast to (4, 1)");
	tensor_free(image);
	tensor_free(row);
	tensor_free(column);
}

static void test_overlapping_assignment_reads_before_it_writes(void **state)
{
	struct tensor *line = counting(8), *head = slice(line, 0, 0, 7, 1),
		      *tail = slice(line, 0, 1, 8, 1);
	struct tensor *square = counting(3, 3), *turned, *spread;
	const float shifted[] = {0, 0, 1, 2, 3, 4, 5, 6},
		    transposed[] = {0, 3, 6, 1, 4, 7, 2, 5, 8};
	struct diag diag;

	(void)state;
	assert_int_equal(tensor_assign(tail, head, NULL), 0);
	check_floats(tensor_floats(line), shifted, 8, 0, 0);
	assert_int_equal(tensor_view_transpose(square, 0, 1, &turned, NULL), 0);
	assert_int_equal(tensor_assign(square, turned, NULL), 0);
	check_floats(tensor_floats(square), transposed, 9, 0, 0);
	assert_int_equal(tensor_view_broadcast(head, 2, SHAPE(2, 7), &spread, NULL), 0);
	assert_int_equal(tensor_assign(spread, head, &diag), ERR_STATE);
	check_contains(diag.msg, "broadcast view");
	for (size_t i = 0; i < 6; i++)
		tensor_free((struct tensor *[]){line, head, tail, square, turned, spread}[i]);
}

static void test_fill_reaches_exactly_the_view(void **state)
{
	struct tensor *image = counting(6, 8), *middle;
	double sum = 0;

	(void)state;
	tensor_fill(image, 1);
	middle = slice(image, 1, 2, 6, 1);
	tensor_fill(middle, 0);
	for (int64_t i = 0; i < 48; i++)
		sum += at2(image, i / 8, i % 8);
	check_close(sum, 24, 0, 0);
	check_close(at2(image, 5, 1), 1, 0, 0);
	check_close(at2(image, 5, 2), 0, 0, 0);
	tensor_free(middle);
	tensor_free(image);
}

static void test_empty_tensors_pass_through_everything(void **state)
{
	struct tensor *empty = counting(3, 0, 2), *copy, *turned, *image = counting(0, 4);

	(void)state;
	assert_int_equal(tensor_view_transpose(empty, 0, 2, &turned, NULL), 0);
	assert_true(tensor_is_contiguous(turned));
	assert_int_equal(tensor_copy(turned, &copy, NULL), 0);
	assert_int_equal(copy->shape[0], 2);
	tensor_fill(copy, 3);
	assert_int_equal(tensor_assign(copy, turned, NULL), 0);
	assert_int_equal(tensor_assign(image, image, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		tensor_free((struct tensor *[]){empty, copy, turned, image}[i]);
}

/* Random chains of views: copying one gives the elements that indexing it gives. */
static void test_copies_of_random_views_agree_with_indexing(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3);
	for (int round = 0; round < 300; round++) {
		struct tensor *view = counting(3, 4, 2, 5), *next, *copy;

		for (int i = 0; i < 4; i++) {
			int dim = (int)rng_below(&rng, (uint64_t)view->ndim);
			int64_t size = view->shape[dim];
			int64_t start = (int64_t)rng_below(&rng, (uint64_t)size + 1);

			if (rng_below(&rng, 2))
				assert_int_equal(
				    tensor_view_transpose(view, dim, 0, &next, NULL), 0);
			else
				next = slice(view, dim, start < size ? start : 0, size,
				    1 + (int64_t)rng_below(&rng, 3));
			tensor_free(view);
			view = next;
		}
		assert_int_equal(tensor_copy(view, &copy, NULL), 0);
		size_t at = 0;
		for (int64_t n = 0; n < (int64_t)tensor_count(view); n++) {
			int64_t index[4], rest = n;

			for (int d = 3; d >= 0; d--) {
				index[d] = rest % view->shape[d];
				rest /= view->shape[d];
			}
			check_close(tensor_floats(copy)[at++], tensor_at(view, index), 0, 0);
		}
		tensor_free(copy);
		tensor_free(view);
	}
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_fresh_tensor_is_zero_and_row_major),
    cmocka_unit_test(test_storage_lives_as_long_as_its_last_view),
    cmocka_unit_test(test_slices_of_slices_see_the_same_elements),
    cmocka_unit_test(test_transpose_select_and_broadcast_are_views),
    cmocka_unit_test(test_reshape_infers_one_size),
    cmocka_unit_test(test_a_scalar_has_one_element),
    cmocka_unit_test(test_wrong_indices_name_numbers),
    cmocka_unit_test(test_huge_shapes_are_refused_with_their_size),
    cmocka_unit_test(test_the_memory_limit_counts_all_storage),
    cmocka_unit_test(test_conversions_are_the_same_on_every_machine),
    cmocka_unit_test(test_every_pair_of_types_converts),
    cmocka_unit_test(test_assignment_broadcasts),
    cmocka_unit_test(test_overlapping_assignment_reads_before_it_writes),
    cmocka_unit_test(test_fill_reaches_exactly_the_view),
    cmocka_unit_test(test_empty_tensors_pass_through_everything),
    cmocka_unit_test(test_copies_of_random_views_agree_with_indexing),
};

CHECK_MAIN(tests)
