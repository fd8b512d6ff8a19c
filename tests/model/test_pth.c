// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "base/file.h"
#include "base/strbuf.h"
#include "engine/tensor.h"
#include "model/each_allocation.h"
#include "model/pth.h"
#include "support/check.h"

#define PATH check_scratch_path("model/golden_min.pth")

static struct tensor *tensor_of(int ndim, const int64_t *shape, const float *values)
{
	struct tensor *tensor;

	assert_int_equal(tensor_from_floats(ndim, shape, values, &tensor, NULL), 0);
	return tensor;
}

/* {'w': [1, 2]}, the smallest state dict. */
static void write_min(const char *path)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct tensor *w = tensor_of(1, (int64_t[]){2}, (float[]){1, 2});

	tree.root = pth_dict(&tree, true);
	pth_set(&tree, tree.root, "w", pth_tensor(&tree, w));
	assert_int_equal(pth_write(path, &tree, NULL), 0);
	pth_tree_release(&tree);
	tensor_free(w);
}

static void read_whole(const char *path, struct pth_tree *ret)
{
	struct diag diag = {0};

	if (pth_read(path, ret, &diag) < 0)
		fail_msg("%s (%s)", diag.msg, diag.hint);
}

static void test_the_smallest_file_has_known_bytes(void **state)
{
	static const char pickle[] = "\x80\x02"
				     "ccollections\nOrderedDict\n)R(X\1\0\0\0w"
				     "ctorch._utils\n_rebuild_tensor_v2\n("
				     "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0"
				     "0X\3\0\0\0cpuK\2tQK\0(K\2t(K\1t\x89"
				     "ccollections\nOrderedDict\n)RtRu.";
	char *bytes;
	size_t len;

	(void)state;
	write_min(PATH);
	assert_int_equal(file_read(PATH, 10000, &bytes, &len, NULL), 0);
	assert_int_equal(sizeof(pickle) - 1, 163);
	assert_memory_equal(bytes + 0x40, pickle, 163);
	assert_memory_equal(bytes + 0x180, "\0\0\x80\x3f\0\0\0\x40", 8);
	assert_memory_equal(bytes + 30, "golden_min/data.pkl", 19);
	mem_free(bytes);
}

static void test_a_state_dict_comes_back(void **state)
{
	const char *path = check_scratch_path("model/state.pth");
	struct pth_tree tree = PTH_TREE_INIT, again;
	struct tensor_file file;
	struct tensor *w = tensor_of(2, (int64_t[]){2, 3}, (float[]){1, 2, 3, 4, 5, 6});
	struct tensor *b = tensor_of(0, NULL, (float[]){7});

	(void)state;
	tree.root = pth_dict(&tree, true);
	pth_set(&tree, tree.root, "net.0.weight", pth_tensor(&tree, w));
	pth_set(&tree, tree.root, "net.0.bias", pth_tensor(&tree, b));
	assert_int_equal(pth_write(path, &tree, NULL), 0);
	read_whole(path, &again);
	assert_true(again.root->ordered);
	assert_string_equal(again.root->items.first->key->text, "net.0.weight");
	assert_int_equal(pth_state(&again, &file, NULL), 0);
	pth_tree_release(&again);
	assert_int_equal(file.count, 2);
	check_floats(tensor_const_floats(tensor_file_find(&file, "net.0.weight")), (float *)w->data,
	    6, 0, 0);
	assert_int_equal(tensor_file_find(&file, "net.0.bias")->ndim, 0);
	tensor_file_release(&file);
	pth_tree_release(&tree);
	tensor_free(w);
	tensor_free(b);
}

static struct pth_value *everything(struct pth_tree *tree, const struct tensor *w)
{
	struct pth_value *root = pth_dict(tree, false), *list = pth_list(tree),
			 *pair = pth_tuple(tree);
	struct pth_value *model = pth_dict(tree, true), *numbered = pth_dict(tree, false);

	pth_add(tree, pair, pth_float(tree, -0.25));
	pth_add(tree, pair, pth_int(tree, INT64_MIN));
	pth_add(tree, list, pair);
	pth_add(tree, list, pth_tuple(tree));
	pth_add(tree, list, pth_none(tree));
	pth_add(tree, list, pth_int(tree, -1));
	pth_add(tree, list, pth_int(tree, 65535));
	pth_add(tree, list, pth_int(tree, 65536));
	pth_add(tree, list, pth_int(tree, 4294967296));
	pth_add(tree, list, pth_bool(tree, true));
	pth_put(tree, numbered, pth_int(tree, 0), pth_list(tree));
	pth_set(tree, model, "w", pth_tensor(tree, w));
	pth_set(tree, root, "epoch", pth_int(tree, 12));
	pth_set(tree, root, "net", pth_text(tree, "卷积"));
	pth_set(tree, root, "hist", list);
	pth_set(tree, root, "numbered", numbered);
	pth_set(tree, root, "model", model);
	return root;
}

static void test_every_kind_of_value_comes_back(void **state)
{
	static const int64_t integers[] = {-1, 65535, 65536, 4294967296};
	const char *path = check_scratch_path("model/values.pth");
	struct pth_tree tree = PTH_TREE_INIT, again;
	struct tensor *w = tensor_of(1, (int64_t[]){1}, (float[]){3});
	const struct pth_item *item;
	struct tensor_file file;

	(void)state;
	tree.root = everything(&tree, w);
	assert_int_equal(pth_write(path, &tree, NULL), 0);
	read_whole(path, &again);
	assert_int_equal(pth_get(again.root, "epoch")->integer, 12);
	assert_string_equal(pth_get(again.root, "net")->text, "卷积");
	item = pth_get(again.root, "hist")->items.first;
	check_close(item->value->items.first->value->number, -0.25, 0, 0);
	assert_true(item->value->items.last->value->integer == INT64_MIN);
	item = item->next;
	assert_int_equal(item->value->kind, PTH_KIND_TUPLE);
	item = item->next;
	assert_int_equal(item->value->kind, PTH_KIND_NONE);
	for (size_t i = 0; i < ARRAY_LEN(integers); i++) {
		item = item->next;
		assert_int_equal(item->value->integer, integers[i]);
	}
	assert_true(item->next->value->truth);
	assert_int_equal(pth_get(again.root, "numbered")->items.first->key->kind, PTH_KIND_INT);
	assert_int_equal(pth_state(&again, &file, NULL), 0);
	assert_int_equal(file.count, 1);
	assert_string_equal(tensor_file_meta(&file, "epoch"), "12");
	assert_string_equal(tensor_file_meta(&file, "net"), "卷积");
	tensor_file_release(&file);
	pth_tree_release(&again);
	pth_tree_release(&tree);
	tensor_free(w);
}

static void test_views_of_one_storage_still_share_it(void **state)
{
	const char *path = check_scratch_path("model/shared.pth");
	struct pth_tree tree = PTH_TREE_INIT, again;
	struct tensor *w = tensor_of(2, (int64_t[]){2, 3}, (float[]){1, 2, 3, 4, 5, 6}), *t, *row;
	const struct tensor *a, *b;

	(void)state;
	assert_int_equal(tensor_view_transpose(w, 0, 1, &t, NULL), 0);
	assert_int_equal(tensor_view_select(w, 0, 1, &row, NULL), 0);
	tree.root = pth_list(&tree);
	pth_add(&tree, tree.root, pth_tensor(&tree, t));
	pth_add(&tree, tree.root, pth_tensor(&tree, row));
	assert_int_equal(pth_write(path, &tree, NULL), 0);
	read_whole(path, &again);
	a = again.root->items.first->value->tensor;
	b = again.root->items.last->value->tensor;
	assert_ptr_equal(a->storage, b->storage);
	assert_int_equal(a->shape[0], 3);
	assert_int_equal(a->stride[0], 1);
	check_close(tensor_at(a, (int64_t[]){2, 1}), 6, 0, 0);
	check_close(tensor_at(b, (int64_t[]){0}), 4, 0, 0);
	pth_tree_release(&again);
	pth_tree_release(&tree);
	tensor_free(row);
	tensor_free(t);
	tensor_free(w);
}

static void test_all_types_of_ours_come_back(void **state)
{
	static const enum dtype dtypes[] = {DTYPE_F32, DTYPE_F64, DTYPE_I64, DTYPE_BOOL};
	const char *path = check_scratch_path("model/types.pth");
	struct pth_tree tree = PTH_TREE_INIT, again;
	const struct pth_item *item;

	(void)state;
	tree.root = pth_list(&tree);
	for (size_t i = 0; i < ARRAY_LEN(dtypes); i++) {
		struct tensor *tensor;

		assert_int_equal(tensor_new(dtypes[i], 1, (int64_t[]){3}, &tensor, NULL), 0);
		tensor_set_at(tensor, (int64_t[]){1}, 1);
		pth_add(&tree, tree.root, pth_tensor(&tree, tensor));
		tensor_free(tensor);
	}
	assert_int_equal(pth_write(path, &tree, NULL), 0);
	read_whole(path, &again);
	item = again.root->items.first;
	for (size_t i = 0; i < ARRAY_LEN(dtypes); i++, item = item->next) {
		assert_int_equal(item->value->tensor->dtype, dtypes[i]);
		check_close(tensor_at(item->value->tensor, (int64_t[]){1}), 1, 0, 0);
		check_close(tensor_at(item->value->tensor, (int64_t[]){2}), 0, 0, 0);
	}
	pth_tree_release(&again);
	pth_tree_release(&tree);
}

static void test_the_same_values_give_the_same_bytes(void **state)
{
	char *a, *b;
	size_t a_len, b_len;

	(void)state;
	write_min(PATH);
	assert_int_equal(file_read(PATH, 10000, &a, &a_len, NULL), 0);
	write_min(PATH);
	assert_int_equal(file_read(PATH, 10000, &b, &b_len, NULL), 0);
	assert_int_equal(a_len, b_len);
	assert_memory_equal(a, b, a_len);
	mem_free(a);
	mem_free(b);
}

static void test_nesting_without_end_is_not_written(void **state)
{
	const char *path = check_scratch_path("model/deep.pth");
	struct pth_tree tree = PTH_TREE_INIT;
	struct diag diag;

	(void)state;
	tree.root = pth_list(&tree);
	pth_add(&tree, tree.root, tree.root);
	assert_int_equal(pth_write(path, &tree, &diag), ERR_LIMIT);
	check_contains(diag.msg, "nested deeper");
	pth_tree_release(&tree);
}

static int read_min(struct diag *diag)
{
	struct pth_tree tree = PTH_TREE_INIT;
	int err = pth_read(PATH, &tree, diag);

	pth_tree_release(&tree);
	return err;
}

static int build_and_write(struct diag *diag)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct tensor *w = NULL;
	int err = tensor_from_floats(1, (int64_t[]){1}, (float[]){1}, &w, diag);

	if (err == 0) {
		tree.root = everything(&tree, w);
		err = pth_write(check_scratch_path("model/memory.pth"), &tree, diag);
	}
	pth_tree_release(&tree);
	tensor_free(w);
	return err;
}

static void test_running_out_of_memory_is_reported(void **state)
{
	(void)state;
	write_min(PATH);
	assert_true(check_each_allocation(read_min) >= 8);
	assert_true(check_each_allocation(build_and_write) >= 3);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_the_smallest_file_has_known_bytes),
	cmocka_unit_test(test_a_state_dict_comes_back),
	cmocka_unit_test(test_every_kind_of_value_comes_back),
	cmocka_unit_test(test_views_of_one_storage_still_share_it),
	cmocka_unit_test(test_all_types_of_ours_come_back),
	cmocka_unit_test(test_the_same_values_give_the_same_bytes),
	cmocka_unit_test(test_nesting_without_end_is_not_written),
	cmocka_unit_test(test_running_out_of_memory_is_reported),
};

CHECK_MAIN(tests)
