// SPDX-License-Identifier: GPL-3.0-or-later
/* Nets as files of other programs. That those take them is seen in tests/e2e/torch.sh and onnx.sh.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "model/each_allocation.h"
#include "model/model_file.h"
#include "model/onnx.h"
#include "model/pth.h"
#include "support/check.h"

static struct net *net;
static struct diag diag;
static char path[512];

static int setup(void **state)
{
	struct rng rng;

	(void)state;
	snprintf(path, sizeof(path), "%s", check_scratch_path("export.pth"));
	if (net_new_named("lenet5", &net, &diag) < 0)
		return -1;
	rng_seed(&rng, 3);
	net_init_xavier(net, &rng);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	net_free(net);
	return 0;
}

static void test_a_pth_is_opened_bit_for_bit(void **state)
{
	struct net *again;

	(void)state;
	assert_int_equal(model_save(net, path, &diag), 0);
	assert_int_equal(model_open(path, &again, &diag), 0);
	assert_memory_equal(again->params, net->params, net->param_count * sizeof(float));
	net_free(again);
}

static void test_a_pth_keeps_the_order_of_the_layers(void **state)
{
	const struct pth_item *item;
	struct pth_tree tree;

	(void)state;
	assert_int_equal(model_save(net, path, &diag), 0);
	assert_int_equal(pth_read(path, &tree, &diag), 0);
	item = tree.root->items.first;
	for (size_t i = 0; i < net->named_count; i++, item = item->next)
		assert_string_equal(item->key->text, net->named[i].name);
	assert_null(item);
	pth_tree_release(&tree);
}

static void test_a_transposed_weight_is_loaded_as_seen(void **state)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct tensor *base, *view;
	const struct net_param *param = net_find_param(net, "lenet5.11.weight");

	(void)state;
	tree.root = pth_dict(&tree, true);
	for (size_t i = 0; i < net->named_count; i++) {
		const struct net_param *p = &net->named[i];

		assert_int_equal(tensor_from_floats(p->ndim, p->shape, p->data, &base, NULL), 0);
		if (p == param) {
			tensor_free(base);
			assert_int_equal(
			    tensor_new(DTYPE_F32, 2, (int64_t[]){84, 10}, &base, NULL), 0);
			tensor_floats(base)[1] = 5; // element (0, 1), so (1, 0) of the weight
			assert_int_equal(tensor_view_transpose(base, 0, 1, &view, NULL), 0);
			tensor_free(base);
			base = view;
		}
		pth_set(&tree, tree.root, p->name, pth_tensor(&tree, base));
		tensor_free(base);
	}
	assert_int_equal(pth_write(path, &tree, &diag), 0);
	pth_tree_release(&tree);
	assert_int_equal(model_load(net, path, &diag), 0);
	check_close(param->data[84], 5, 0, 0);
	check_close(param->data[1], 0, 0, 0);
}

static void test_a_pth_that_does_not_fit_is_refused(void **state)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct tensor *w;

	(void)state;
	assert_int_equal(tensor_new(DTYPE_F32, 1, (int64_t[]){3}, &w, NULL), 0);
	tree.root = pth_dict(&tree, false);
	pth_set(&tree, tree.root, "fc.weight", pth_tensor(&tree, w));
	assert_int_equal(pth_write(path, &tree, &diag), 0);
	assert_int_equal(model_load(net, path, &diag), ERR_SHAPE);
	check_contains(diag.msg, "left over: fc.weight");
	assert_string_equal(diag.file, path);
	pth_tree_release(&tree);
	tensor_free(w);
	tree.root = pth_list(&tree);
	assert_int_equal(pth_write(path, &tree, &diag), 0);
	assert_int_equal(model_load(net, path, &diag), ERR_FORMAT);
	check_contains(diag.msg, "no state dict");
	assert_string_equal(diag.file, path);
	pth_tree_release(&tree);
}

static void test_an_onnx_file_is_written_and_not_read(void **state)
{
	const char *onnx = check_scratch_path("export.onnx");
	char *bytes;
	size_t len;

	(void)state;
	assert_int_equal(model_save(net, onnx, &diag), 0);
	assert_int_equal(file_read(onnx, 1000000, &bytes, &len, &diag), 0);
	assert_memory_equal(bytes, "\x08\x07\x12\x09" "convtutor", 13);
	assert_true(len > net->param_count * 4 && len < net->param_count * 4 + 3000);
	mem_free(bytes);
	assert_int_equal(model_load(net, onnx, &diag), ERR_UNSUPPORTED);
	check_contains(diag.msg, "an ONNX file, which cannot be read");
}

static int save_pth(struct diag *report)
{
	return model_save(net, path, report);
}

static int save_onnx(struct diag *report)
{
	return onnx_write(net, path, report);
}

static int load_pth(struct diag *report)
{
	return model_load(net, path, report);
}

static void test_running_out_of_memory_is_reported(void **state)
{
	(void)state;
	check_each_allocation(save_onnx); // has small ones only
	assert_true(check_each_allocation(save_pth) >= 12);
	assert_true(check_each_allocation(load_pth) >= 30);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(test_a_pth_is_opened_bit_for_bit),
	TEST(test_a_pth_keeps_the_order_of_the_layers),
	TEST(test_a_transposed_weight_is_loaded_as_seen),
	TEST(test_a_pth_that_does_not_fit_is_refused),
	TEST(test_an_onnx_file_is_written_and_not_read),
	TEST(test_running_out_of_memory_is_reported),
};

CHECK_MAIN(tests)
