// SPDX-License-Identifier: GPL-3.0-or-later
/* From the container's records to a tree of values, and from that to named tensors. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "model/model_internal.h"
#include "model/pth_internal.h"

#define FILE_MAX ((size_t)4 << 30)
#define PICKLE_MAX ((size_t)1 << 20)
#define VERSION_MAX 10 // of torch's containers

static int missing(struct diag *diag, const char *name)
{
	diag_set(diag, ERR_FORMAT, "not a .pth file: it has no record '%s'", name);
	return diag_hint(diag, "torch.save writes such files"), ERR_FORMAT;
}

/* A record of at most `limit` bytes. */
static int read_record(struct container *container, const char *name, size_t limit, char **ret,
    size_t *ret_len, struct diag *diag)
{
	const struct container_record *record = container__find(container, name);
	int err;

	if (!record)
		return missing(diag, name);
	if (record->size > limit) {
		diag_set(diag, ERR_LIMIT, "record '%s' of the .pth file has more than %zu bytes",
		    name, limit);
		return diag_hint(diag, "save fewer or simpler values in one file"), ERR_LIMIT;
	}
	err = container__read(container, record, ret, diag);
	if (err == 0)
		*ret_len = record->size;
	return err;
}

/* "3" or "3\n". */
static int check_version(struct container *container, struct diag *diag)
{
	char *text, *end;
	size_t len;
	long version;
	int err = read_record(container, "version", 32, &text, &len, diag);

	if (err < 0)
		return err;
	version = strtol(text, &end, 10);
	if (*end == '\n')
		end++;
	if (text[0] < '0' || text[0] > '9' || end != text + len || version < 1 ||
	    version > VERSION_MAX) {
		diag_set(diag, ERR_UNSUPPORTED, "the version of the .pth file is not known");
		diag_hint(diag, "versions 1 to %d are", VERSION_MAX);
		err = ERR_UNSUPPORTED;
	}
	mem_free(text);
	return err;
}

static int check_byteorder(struct container *container, struct diag *diag)
{
	char *text;
	size_t len;
	int err;

	if (!container__find(container, "byteorder"))
		return 0;
	err = read_record(container, "byteorder", 32, &text, &len, diag);
	if (err < 0)
		return err;
	if (strcmp(text, "little") != 0) {
		diag_set(diag, ERR_UNSUPPORTED, "the .pth file is not little-endian");
		diag_hint(diag, "save it again on an ordinary machine");
		err = ERR_UNSUPPORTED;
	}
	mem_free(text);
	return err;
}

static int by_key(const void *a, const void *b)
{
	const struct pth_value *x = *(const struct pth_value *const *)a;
	const struct pth_value *y = *(const struct pth_value *const *)b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->kind == PTH_KIND_TEXT)
		return strcmp(x->text, y->text);
	return (x->integer > y->integer) - (x->integer < y->integer);
}

static int check_keys(const struct pth_value *dict, struct diag *diag)
{
	const struct pth_value **keys;
	size_t count = 0;
	int err = 0;

	if (dict->items.count < 2)
		return 0;
	keys = mem_alloc(dict->items.count, sizeof(struct pth_value *));
	if (!keys)
		return diag_set(diag, ERR_NOMEM, "out of memory for %zu names", dict->items.count);
	for (const struct pth_item *item = dict->items.first; item; item = item->next)
		keys[count++] = item->key;
	qsort(keys, count, sizeof(struct pth_value *), by_key);
	for (size_t i = 1; err == 0 && i < count; i++) {
		if (by_key(&keys[i - 1], &keys[i]) != 0)
			continue;
		err =
		    diag_set(diag, ERR_FORMAT, "the .pth file has two entries of one name '%.100s'",
			keys[i]->kind == PTH_KIND_TEXT ? keys[i]->text : "(a number)");
		diag_hint(diag, "save it again with torch.save");
	}
	mem_free(keys);
	return err;
}

/* Values may be shared and contain themselves; what callers get must be finite when walked. */
static int check_value(const struct pth_value *value, int depth, long *left, struct diag *diag)
{
	int err = 0;

	if (depth > PTH_DEPTH_MAX || --*left < 0) {
		diag_set(
		    diag, ERR_LIMIT, "the values of the .pth file are nested too deep or too many");
		return diag_hint(diag, "save fewer or simpler values in one file"), ERR_LIMIT;
	}
	if (value->kind == PTH_KIND_READER) {
		diag_set(diag, ERR_UNSUPPORTED, "the .pth file holds a class or a bare storage");
		return diag_hint(diag, "save model.state_dict() instead"), ERR_UNSUPPORTED;
	}
	if (value->kind < PTH_KIND_LIST)
		return 0;
	for (const struct pth_item *item = value->items.first; err == 0 && item; item = item->next)
		err = check_value(item->value, depth + 1, left, diag);
	if (err == 0 && value->kind == PTH_KIND_DICT)
		err = check_keys(value, diag);
	return err;
}

static int read_tree(struct container *container, struct pth_tree *tree, struct diag *diag)
{
	long left = PTH_VALUES_MAX;
	char *code;
	size_t len;
	int err = check_version(container, diag);

	if (err == 0)
		err = check_byteorder(container, diag);
	if (err == 0)
		err = read_record(container, "data.pkl", PICKLE_MAX, &code, &len, diag);
	if (err < 0)
		return err;
	err = pickle__read(container, code, len, tree, diag);
	mem_free(code);
	return err < 0 ? err : check_value(tree->root, 0, &left, diag);
}

int pth_parse(const char *name, const void *bytes, size_t len, struct pth_tree *ret,
    struct diag *diag)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct container *container;
	int err = container__open(bytes, len, &container, diag);

	if (err == 0) {
		err = read_tree(container, &tree, diag);
		container__close(container);
	}
	if (err < 0) {
		pth_tree_release(&tree);
		diag_at(diag, name, 0, 0);
		return err;
	}
	*ret = tree;
	return 0;
}

int pth_read(const char *path, struct pth_tree *ret, struct diag *diag)
{
	char *bytes;
	size_t len;
	int err = file_read(path, FILE_MAX, &bytes, &len, diag);

	if (err < 0)
		return err;
	err = pth_parse(path, bytes, len, ret, diag);
	mem_free(bytes);
	return err;
}

/* A dict with at least one entry, all of them tensors under textual names. */
static bool is_state(const struct pth_value *value)
{
	if (value->kind != PTH_KIND_DICT || !value->items.first)
		return false;
	for (const struct pth_item *item = value->items.first; item; item = item->next) {
		if (item->key->kind != PTH_KIND_TEXT || item->value->kind != PTH_KIND_TENSOR)
			return false;
	}
	return true;
}

static const struct pth_value *find_state(const struct pth_value *root)
{
	static const char *const usual[] = {"state_dict", "model_state_dict", "model", "net"};
	const struct pth_value *found = NULL;
	int states = 0;

	if (is_state(root))
		return root;
	if (root->kind != PTH_KIND_DICT)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		found = pth_get(root, usual[i]);
		if (found && is_state(found))
			return found;
	}
	for (const struct pth_item *item = root->items.first; item; item = item->next) {
		if (is_state(item->value)) {
			found = item->value;
			states++;
		}
	}
	return states == 1 ? found : NULL;
}

static int add_metadata(const struct pth_value *root, struct tensor_file *file, struct diag *diag)
{
	int err = 0;

	for (const struct pth_item *item = root->items.first; err == 0 && item; item = item->next) {
		char number[24];

		if (item->key->kind != PTH_KIND_TEXT)
			continue;
		if (item->value->kind == PTH_KIND_TEXT) {
			err = tensor_file_add_meta(file, item->key->text, item->value->text, diag);
		} else if (item->value->kind == PTH_KIND_INT) {
			snprintf(number, sizeof(number), "%" PRId64, item->value->integer);
			err = tensor_file_add_meta(file, item->key->text, number, diag);
		}
	}
	return err;
}

/* Views are copied, so that what a state dict gives is contiguous. */
static int add_tensor(struct tensor_file *file, const char *name, const struct tensor *tensor,
    struct diag *diag)
{
	struct tensor *copy;
	int err;

	if (tensor_is_contiguous(tensor))
		return tensor_file_add(file, name, tensor, diag);
	err = tensor_copy(tensor, &copy, diag);
	return err < 0 ? err : tensor_file__take(file, name, copy, diag);
}

int pth_state(const struct pth_tree *tree, struct tensor_file *ret, struct diag *diag)
{
	struct tensor_file file = {.count = 0};
	const struct pth_value *state = find_state(tree->root);
	int err = 0;

	if (!state) {
		diag_set(diag, ERR_FORMAT, "the .pth file holds no state dict, or several");
		return diag_hint(diag, "save model.state_dict() with torch.save"), ERR_FORMAT;
	}
	for (const struct pth_item *item = state->items.first; err == 0 && item; item = item->next)
		err = add_tensor(&file, item->key->text, item->value->tensor, diag);
	if (err == 0)
		err = add_metadata(tree->root, &file, diag);
	if (err < 0)
		tensor_file_release(&file);
	else
		*ret = file;
	return err;
}
