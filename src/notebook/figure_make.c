// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * torch._figure(spec, file): the library's description of a figure, dicts of numbers, texts and arrays,
 * becomes a struct figure, which the sink draws or a file takes up. The library (builtins.py, pyplot.py) makes
 * the descriptions; whatever else stands in one is passed over, what has a wrong type is refused.
 */
#include "config.h"

#include "notebook/figure_make.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "notebook/array_args.h"
#include "notebook/figure.h"
#include "notebook/files.h"
#include "notebook/module.h"

#define PIXELS_MAX ((size_t)4 << 20) // of all images of a figure together
#define POINTS_MAX ((size_t)1 << 20)

struct maker {
	struct vm *vm;
	struct figure *figure;
	size_t pixels, points;
};

/* -- parts of a description ------------------------------------------------------------------------- */

// Borrowed; UNSET where it is absent or None.
static struct value item(const struct dict *spec, const char *key)
{
	struct value *found = dict_get_text(spec, key);

	return found && found->kind != VALUE_NONE ? *found : value_unset();
}

static void take_text(const struct dict *spec, const char *key, char **ret)
{
	struct value v = item(spec, key);

	if (v.kind != VALUE_STR)
		return;
	mem_free(*ret);
	*ret = xstrdup(AS_STR(v)->text);
}

static bool flag(const struct dict *spec, const char *key)
{
	struct value v = item(spec, key);

	return v.kind == VALUE_BOOL && v.i;
}

static int take_number(struct vm *vm, const struct dict *spec, const char *key, double *ret)
{
	struct value v = item(spec, key);
	double number;
	int r = v.kind == VALUE_UNSET ? 0 : vm_to_number(vm, v, key, &number);

	if (r == 0 && v.kind != VALUE_UNSET && isfinite(number))
		*ret = number;
	return r;
}

static int take_int(struct vm *vm, const struct dict *spec, const char *key, int max, int *ret)
{
	double number = *ret;
	int r = take_number(vm, spec, key, &number);

	if (r == 0 && !(number >= 0 && number <= max))
		r = vm_raise(vm, "ValueError", "%s must be between 0 and %d", key, max);
	if (r == 0)
		*ret = (int)number;
	return r;
}

// An array as a contiguous tensor of its own.
static int take_array(struct vm *vm, struct value v, enum dtype dtype, struct tensor **ret)
{
	struct diag diag;
	struct var *x;
	int r = array_convert(vm, v, WORLD_TORCH, &x);

	if (r < 0)
		return r;
	if (tensor_cast(x->value, dtype, ret, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	var_unref(x);
	return r;
}

/* -- images ---------------------------------------------------------------------------------------- */

static void find_range(struct figure_image *image, size_t count)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		double v = image->pixels[i];

		if (!isfinite(v))
			continue;
		image->low = found ? fmin(image->low, v) : v;
		image->high = found ? fmax(image->high, v) : v;
		found = true;
	}
}

static void find_map(const struct dict *spec, struct figure_image *image)
{
	static const char *const signed_names[] = {"bwr", "coolwarm", "seismic", "RdBu", "RdBu_r", "PuOr", "signed"};
	static const char *const reversed_names[] = {"Greys", "binary", "gray_r", "gist_yarg"};
	struct value v = item(spec, "cmap");
	const char *name = v.kind == VALUE_STR ? AS_STR(v)->text : "";

	image->map = !*name && image->low < 0 ? FIGURE_MAP_SIGNED : FIGURE_MAP_GRAY;
	for (size_t i = 0; i < ARRAY_LEN(signed_names); i++)
		if (!strcmp(name, signed_names[i]))
			image->map = FIGURE_MAP_SIGNED;
	for (size_t i = 0; i < ARRAY_LEN(reversed_names); i++)
		if (!strcmp(name, reversed_names[i]))
			image->map = FIGURE_MAP_REVERSED;
	if (image->map == FIGURE_MAP_SIGNED) {
		image->high = fmax(fabs(image->low), fabs(image->high));
		image->low = -image->high;
	}
}

static int fill_image(struct maker *maker, const struct dict *spec, const struct tensor *t,
    struct figure_image *image)
{
	size_t count = tensor_count(t);
	bool is_rgb = t->ndim == 3 && t->shape[2] == 3;

	if ((t->ndim != 2 && !is_rgb) || count == 0) {
		char shape[TENSOR_SHAPE_TEXT];

		vm_raise(maker->vm, "TypeError", "an image cannot have the shape %s",
		    tensor_shape_text(t->ndim, t->shape, shape));
		return vm_hint(maker->vm, "give (height, width) or (height, width, 3); x[0, 0] is one channel of a batch");
	}
	maker->pixels += count;
	if (maker->pixels > PIXELS_MAX) {
		vm_raise(maker->vm, "ValueError", "the images have too many pixels to be drawn");
		return vm_hint(maker->vm, "draw a part, such as x[:500, :500]");
	}
	image->pixels = mem_alloc(count, sizeof(float));
	if (!image->pixels)
		return vm_no_memory(maker->vm);
	memcpy(image->pixels, tensor_const_floats(t), count * sizeof(float));
	image->height = (int)t->shape[0];
	image->width = (int)t->shape[1];
	if (is_rgb) {
		image->map = FIGURE_MAP_RGB;
		return 0;
	}
	find_range(image, count);
	if (take_number(maker->vm, spec, "vmin", &image->low) < 0 ||
	    take_number(maker->vm, spec, "vmax", &image->high) < 0)
		return maker->vm->error.diag.code;
	find_map(spec, image);
	return 0;
}

static int make_image(struct maker *maker, const struct dict *spec, struct figure_panel *panel)
{
	struct value v = item(spec, "image");
	struct tensor *t;
	int r;

	if (v.kind == VALUE_UNSET)
		return 0;
	r = take_array(maker->vm, v, DTYPE_F32, &t);
	if (r < 0)
		return r;
	r = fill_image(maker, spec, t, &panel->image);
	tensor_free(t);
	return r;
}

/* -- curves ---------------------------------------------------------------------------------------- */

static int take_column(struct maker *maker, const struct dict *spec, const char *key, double **ret, size_t *ret_count)
{
	struct vm *vm = maker->vm;
	struct tensor *t;
	size_t count;
	int r = take_array(vm, item(spec, key), DTYPE_F64, &t);

	if (r < 0)
		return r;
	count = tensor_count(t);
	if (t->ndim > 1) {
		r = vm_raise(vm, "ValueError", "the points of a curve must be a vector, this has %d dimensions", t->ndim);
	} else if ((maker->points += count) > POINTS_MAX) {
		vm_raise(vm, "ValueError", "the curves have too many points to be drawn");
		r = vm_hint(vm, "draw every tenth, such as y[::10]");
	} else if (!(*ret = mem_alloc(count + 1, sizeof(double)))) {
		r = vm_no_memory(vm);
	} else {
		memcpy(*ret, t->data, count * sizeof(double));
		*ret_count = count;
	}
	tensor_free(t);
	return r;
}

static int make_curve(struct maker *maker, struct value v, struct figure_panel *panel)
{
	struct figure_curve *curve = &panel->curves[panel->curve_count];
	size_t count = 0;
	int mark = FIGURE_MARK_LINE, r;

	if (v.kind != VALUE_DICT || panel->curve_count == FIGURE_CURVES_MAX)
		return vm_raise(maker->vm, "ValueError", "a plot has at most %d curves", FIGURE_CURVES_MAX);
	panel->curve_count++;
	curve->name = xstrdup("");
	take_text(AS_DICT(v), "label", &curve->name);
	r = take_int(maker->vm, AS_DICT(v), "mark", FIGURE_MARK_COUNT - 1, &mark);
	curve->mark = (enum figure_mark)mark;
	if (r == 0)
		r = take_int(maker->vm, AS_DICT(v), "color", FIGURE_COLORS - 1, &curve->color);
	if (r == 0)
		r = take_column(maker, AS_DICT(v), "x", &curve->x, &count);
	if (r == 0)
		r = take_column(maker, AS_DICT(v), "y", &curve->y, &curve->count);
	if (r == 0 && count != curve->count)
		r = vm_raise(maker->vm, "ValueError", "x and y must have the same length, but have %zu and %zu", count,
		    curve->count);
	if (r < 0)
		curve->count = 0;
	return r;
}

static int make_axis(struct vm *vm, const struct dict *spec, const char *name, struct figure_axis *axis)
{
	char key[16];
	int r;

	snprintf(key, sizeof(key), "%slabel", name);
	take_text(spec, key, &axis->label);
	snprintf(key, sizeof(key), "%slog", name);
	axis->log = flag(spec, key);
	snprintf(key, sizeof(key), "%smin", name);
	r = take_number(vm, spec, key, &axis->low);
	snprintf(key, sizeof(key), "%smax", name);
	return r < 0 ? r : take_number(vm, spec, key, &axis->high);
}

static int make_panel(struct maker *maker, struct value v, struct figure_panel *panel)
{
	const struct dict *spec = AS_DICT(v);
	struct value *curves;
	size_t count;
	int r;

	if (v.kind != VALUE_DICT)
		return vm_raise(maker->vm, "TypeError", "a panel must be a dict");
	take_text(spec, "title", &panel->title);
	panel->bare = flag(spec, "bare");
	panel->legend = flag(spec, "legend");
	panel->grid = flag(spec, "grid");
	r = take_int(maker->vm, spec, "row", FIGURE_PANELS_MAX - 1, &panel->row);
	if (r == 0)
		r = take_int(maker->vm, spec, "col", FIGURE_PANELS_MAX - 1, &panel->col);
	if (r == 0)
		r = make_axis(maker->vm, spec, "x", &panel->x);
	if (r == 0)
		r = make_axis(maker->vm, spec, "y", &panel->y);
	if (r == 0)
		r = make_image(maker, spec, panel);
	if (r == 0 && value_items(item(spec, "curves"), &curves, &count))
		for (size_t i = 0; r == 0 && i < count; i++)
			r = make_curve(maker, curves[i], panel);
	return r;
}

static int make_figure(struct vm *vm, struct value v, struct figure **ret)
{
	struct maker maker = {.vm = vm};
	struct value *panels;
	size_t count;
	int r = 0;

	if (v.kind != VALUE_DICT || !value_items(item(AS_DICT(v), "panels"), &panels, &count) ||
	    count > FIGURE_PANELS_MAX)
		return vm_raise(vm, "ValueError", "a figure has at most %d panels", FIGURE_PANELS_MAX);
	maker.figure = figure_new(count);
	take_text(AS_DICT(v), "title", &maker.figure->title);
	r = take_int(vm, AS_DICT(v), "rows", FIGURE_PANELS_MAX, &maker.figure->rows);
	if (r == 0)
		r = take_int(vm, AS_DICT(v), "cols", FIGURE_PANELS_MAX, &maker.figure->cols);
	if (r == 0)
		r = take_number(vm, AS_DICT(v), "width", &maker.figure->width);
	if (r == 0)
		r = take_number(vm, AS_DICT(v), "height", &maker.figure->height);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = make_panel(&maker, panels[i], &maker.figure->panels[i]);
	if (r < 0)
		figure_unref(maker.figure);
	else
		*ret = maker.figure;
	return r;
}

/* -- where it goes --------------------------------------------------------------------------------- */

static int write_picture(struct vm *vm, struct figure *figure, const char *path)
{
	const char *ending = strrchr(path, '.');
	struct strbuf text = STRBUF_INIT;
	struct diag diag;
	int r = 0;

	if (ending && !strcmp(ending, ".svg")) {
		figure_svg(figure, &text);
	} else if (ending && !strcmp(ending, ".txt") && vm->sink.figure_text) {
		vm->sink.figure_text(vm->sink.self, figure, &text);
	} else {
		vm_raise(vm, "ValueError", "a picture cannot be written to '%.200s'", path);
		return vm_hint(vm, "a name that ends in .svg makes a picture, one in .txt a drawing of letters");
	}
	if (file_write(path, text.data, text.len, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	strbuf_release(&text);
	return r;
}

static int draw_figure(struct vm *vm, const struct args *args, struct value *ret)
{
	bool to_file = args->v[1].kind != VALUE_NONE;
	const char *path = NULL;
	struct figure *figure = NULL;
	int r = to_file ? files_check_path(vm, args->v[1], &path) : 0;

	if (r == 0)
		r = make_figure(vm, args->v[0], &figure);
	if (r < 0)
		return r;
	if (to_file)
		r = write_picture(vm, figure, path);
	else if (vm->sink.figure)
		vm->sink.figure(vm->sink.self, figure);
	figure_unref(figure);
	*ret = value_none();
	return r;
}

static const struct builtin functions[] = {
	{"_figure", "spec, file=None", "draws what a dict describes, or writes it to a file", draw_figure, 0},
	TABLE_END,
};

int figure_install(struct vm *vm)
{
	struct module *torch;
	int r = module_make(vm, "torch", &torch);

	return r < 0 ? r : builtin_add_table(vm, torch->attrs, functions, false);
}
