// SPDX-License-Identifier: GPL-3.0-or-later
/* Nets and the tensors of files: which kind of file it is, whether both fit, and copying. */
#include "config.h"

#include "model/model_file.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "model/model_internal.h"
#include "model/onnx.h"
#include "model/pth.h"

#define FILE_MAX ((size_t)1 << 31)
#define NET_DEFAULT "lenet5"

static int save_safetensors(const struct net *net, const char *path, struct diag *diag)
{
	struct tensor_file file;
	int r = model__pack(net, &file, diag);

	if (r < 0)
		return r;
	r = safetensors_write(path, &file, diag);
	tensor_file_release(&file);
	return r;
}

/* A state dict, its entries in the order of the net's layers. */
static int save_pth(const struct net *net, const char *path, struct diag *diag)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct tensor *tensor;
	int r = 0;

	tree.root = pth_dict(&tree, true);
	for (size_t i = 0; i < net->named_count && r == 0; i++) {
		const struct net_param *param = &net->named[i];

		r = tensor_from_floats(param->ndim, param->shape, param->data, &tensor, diag);
		if (r < 0)
			break;
		pth_set(&tree, tree.root, param->name, pth_tensor(&tree, tensor));
		tensor_free(tensor);
	}
	if (r == 0)
		r = pth_write(path, &tree, diag);
	pth_tree_release(&tree);
	return r;
}

static int parse_pth(const char *name, const void *bytes, size_t len, struct tensor_file *ret,
    struct diag *diag)
{
	struct pth_tree tree;
	int r = pth_parse(name, bytes, len, &tree, diag);

	if (r < 0)
		return r;
	r = pth_state(&tree, ret, diag);
	if (r < 0)
		diag_at(diag, name, 0, 0);
	pth_tree_release(&tree);
	return r;
}

/* Kinds of model files. Without a parser or writer that direction does not exist. */
static const struct kind {
	const char *ending, *title;
	const char *magic; // how such a file begins; "" for safetensors, which begins with a number
	size_t magic_len;
	int (*parse)(const char *name, const void *bytes, size_t len, struct tensor_file *ret,
	    struct diag *diag);
	int (*save)(const struct net *net, const char *path, struct diag *diag);
} kinds[] = {
    {".pth", "a PyTorch file", "PK\3\4", 4, parse_pth, save_pth},
    {".pt", "a PyTorch file", "PK\3\4", 4, parse_pth, save_pth},
    {".pickle", "a pickle", "\x80", 1, parse_pth, NULL},
    {".onnx", "an ONNX file", "\b", 1, NULL, onnx_write},
    {".npy", "a NumPy file", "\x93NUMPY", 6, NULL, NULL},
    {".safetensors", "a safetensors file", "", 0, safetensors_parse, save_safetensors},
};

static const struct kind *kind_of_content(const char *bytes, size_t len)
{
	// A safetensors header of 8 + n bytes begins with {: its length may look like any magic.
	if (len > 8 && bytes[8] == '{')
		return &kinds[ARRAY_LEN(kinds) - 1];
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (len >= kinds[i].magic_len &&
		    memcmp(bytes, kinds[i].magic, kinds[i].magic_len) == 0)
			return &kinds[i];
	return &kinds[ARRAY_LEN(kinds) - 1];
}

static const struct kind *kind_of_ending(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		size_t n = strlen(kinds[i].ending);

		if (len > n && strcmp(path + len - n, kinds[i].ending) == 0)
			return &kinds[i];
	}
	return NULL;
}

static void list_writable(struct diag *diag)
{
	struct strbuf list = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].save)
			strbuf_addf(&list, "%s%s", list.len ? ", " : "", kinds[i].ending);
	diag_hint(diag, "endings that can be written: %s", list.data);
	strbuf_release(&list);
}

int model_check_ending(const char *path, struct diag *diag)
{
	const struct kind *kind = kind_of_ending(path);

	if (kind && kind->save)
		return 0;
	if (kind)
		diag_set(diag, ERR_UNSUPPORTED, "cannot write '%s': %s cannot be written yet", path,
		    kind->title);
	else
		diag_set(diag, ERR_UNSUPPORTED,
		    "cannot tell from its ending what kind of file '%s' is",
		    path);
	list_writable(diag);
	return ERR_UNSUPPORTED;
}

int model_read(const char *path, struct tensor_file *ret, struct diag *diag)
{
	const struct kind *kind;
	char *bytes;
	size_t len;
	int r = file_read(path, FILE_MAX, &bytes, &len, diag);

	if (r < 0)
		return r;
	kind = kind_of_content(bytes, len);
	if (kind->parse) {
		r = kind->parse(path, bytes, len, ret, diag);
	} else {
		r = diag_set(diag, ERR_UNSUPPORTED, "this is %s, which cannot be read yet",
		    kind->title);
		diag_at(diag, path, 0, 0);
		diag_hint(diag, "save the state dict as .safetensors");
	}
	mem_free(bytes);
	return r;
}

/* -- does it fit? ------------------------------------------------------------------------------ */

static void add_shape(struct strbuf *out, int ndim, const int64_t *shape)
{
	strbuf_addch(out, '[');
	for (int i = 0; i < ndim; i++)
		strbuf_addf(out, "%s%lld", i ? ", " : "", (long long)shape[i]);
	strbuf_addch(out, ']');
}

/* Items of one sort of misfit: the first two by name, then how many more. */
struct misfits {
	struct strbuf text;
	int count;
};

static bool list_another(struct misfits *misfits, const char *heading)
{
	if (++misfits->count > 2)
		return false;
	strbuf_add(&misfits->text, misfits->count == 1 ? heading : ", ");
	return true;
}

static void finish_list(struct misfits *misfits, struct strbuf *out)
{
	if (misfits->count > 2)
		strbuf_addf(&misfits->text, " and %d more", misfits->count - 2);
	if (misfits->count)
		strbuf_addf(out, "; %s", misfits->text.data);
	strbuf_release(&misfits->text);
}

static void compare_param(const struct net_param *param, const struct tensor *tensor,
    struct misfits *missing, struct misfits *shapes)
{
	bool same = tensor && tensor->ndim == param->ndim && (tensor->dtype == DTYPE_F32 || tensor->dtype == DTYPE_F64);

	if (!tensor) {
		if (list_another(missing, "missing: "))
			strbuf_add(&missing->text, param->name);
		return;
	}
	for (int i = 0; i < param->ndim && same; i++)
		same = tensor->shape[i] == param->shape[i];
	if (same || !list_another(shapes, "other shapes: "))
		return;
	strbuf_addf(&shapes->text, "%s is %s", param->name,
	    tensor->dtype == DTYPE_F32 ? "" : dtype_name(tensor->dtype));
	add_shape(&shapes->text, tensor->ndim, tensor->shape);
	strbuf_add(&shapes->text, ", should be ");
	add_shape(&shapes->text, param->ndim, param->shape);
}

int model__check_fit(const struct net *net, const struct tensor_file *file, const char *path,
    struct diag *diag)
{
	struct misfits missing = {.text = STRBUF_INIT}, shapes = {.text = STRBUF_INIT};
	struct misfits left = {.text = STRBUF_INIT};
	struct strbuf text = STRBUF_INIT;
	int r = 0;

	for (size_t i = 0; i < net->named_count; i++)
		compare_param(&net->named[i], tensor_file_find(file, net->named[i].name), &missing,
		    &shapes);
	for (size_t i = 0; i < file->count; i++)
		if (!net_find_param(net, file->tensors[i].name) &&
		    list_another(&left, "left over: "))
			strbuf_add(&left.text, file->tensors[i].name);
	finish_list(&missing, &text);
	finish_list(&left, &text);
	finish_list(&shapes, &text);
	if (text.len) {
		r = diag_set(diag, ERR_SHAPE, "it does not fit the net %s%s", net->name, text.data);
		diag_at(diag, path, 0, 0);
		diag_hint(diag, "choose the net it was saved from with --net, or another file");
	}
	strbuf_release(&text);
	return r;
}

void model__unpack(struct net *net, const struct tensor_file *file)
{
	for (size_t i = 0; i < net->named_count; i++) {
		const struct tensor *tensor = tensor_file_find(file, net->named[i].name);
		float *to = net->named[i].data;

		if (tensor->dtype == DTYPE_F64)
			for (size_t j = 0; j < net->named[i].count; j++)
				to[j] = (float)((const double *)tensor->data)[j];
		else
			memcpy(to, tensor->data, net->named[i].count * sizeof(float));
	}
}

int model__pack(const struct net *net, struct tensor_file *ret, struct diag *diag)
{
	struct tensor_file file = {0};
	int r = tensor_file_add_meta(&file, "format", "pt", diag);

	if (r == 0)
		r = tensor_file_add_meta(&file, "net", net->name, diag);
	if (r == 0)
		r = tensor_file_add_meta(&file, "producer", PACKAGE_STRING, diag);
	for (size_t i = 0; i < net->named_count && r == 0; i++) {
		const struct net_param *param = &net->named[i];
		struct tensor *tensor;

		r = tensor_from_floats(param->ndim, param->shape, param->data, &tensor, diag);
		if (r == 0)
			r = tensor_file__take(&file, param->name, tensor, diag);
	}
	if (r < 0)
		tensor_file_release(&file);
	else
		*ret = file;
	return r;
}

/* -- whole files ------------------------------------------------------------------------------- */

int model_load(struct net *net, const char *path, struct diag *diag)
{
	struct tensor_file file;
	int r = model_read(path, &file, diag);

	if (r < 0)
		return r;
	r = model__check_fit(net, &file, path, diag);
	if (r == 0)
		model__unpack(net, &file);
	tensor_file_release(&file);
	return r;
}

int model_open(const char *path, struct net **ret, struct diag *diag)
{
	struct tensor_file file;
	struct net *net = NULL;
	const char *name;
	int r = model_read(path, &file, diag);

	if (r < 0)
		return r;
	name = tensor_file_meta(&file, "net");
	r = net_new_named(name ? name : NET_DEFAULT, &net, diag);
	if (r < 0)
		diag_at(diag, path, 0, 0);
	else
		r = model__check_fit(net, &file, path, diag);
	if (r == 0) {
		model__unpack(net, &file);
		*ret = net;
	} else {
		net_free(net);
	}
	tensor_file_release(&file);
	return r;
}

int model_save(const struct net *net, const char *path, struct diag *diag)
{
	int r = model_check_ending(path, diag);

	return r < 0 ? r : kind_of_ending(path)->save(net, path, diag);
}
