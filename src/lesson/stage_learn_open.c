// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Making a stage `learn`: from one of the documents' recipes, from the lines of a view, or from a
 * recipe that the lines change.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/ops.h"
#include "lesson/params.h"
#include "lesson/stage_internal.h"
#include "lesson/stage_learn.h"

/* -- the documents' recipes ---------------------------------------------------------------------- */

/* Image A: ones with two blocks of zeros, row 2 left whole. Image B: its columns 2 to 5 are zero. */
static const float image_a[6 * 8] = {
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 1, 1, 1, 1, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
};
static const float image_b[6 * 8] = {
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
};

struct learn_recipe {
	const char *name;
	const float *image;
	float kernel[2]; // makes the target
	double start[2];
	bool has_bias;
	double lr, decay;
	int steps;
};

/*
 * The documents start at random. d4's start is solved from the losses it prints; d1's is one that ends
 * at the weights it prints, which only needs (w0 - w1) / 2 = -0.12.
 */
static const struct learn_recipe recipes[] = {
    {"d0", image_a, {1, -1}, {0.25, 0.5}, false, 0.02, 0, 20},
    {"d1", image_b, {1, -1}, {0.3, 0.54}, false, 0.001, 0, 400},
    {"d4", image_b, {-1, 1}, {0.3621364, 0.63308825}, true, 0.01, 0.1, 50},
};

const char *const learn__recipe_names[] = {"d0", "d1", "d4", NULL};

/* What a view's lines add up to; the kernel makes the target unless that is given itself. */
struct making {
	struct stage_learn_params params;
	struct stage_matrix kernel; // values NULL: none
	double start[STAGE_LEARN_WEIGHTS_MAX];
	char recipe[8];
};

static void making_release(struct making *making)
{
	stage_matrix_release(&making->params.image);
	stage_matrix_release(&making->params.target);
	stage_matrix_release(&making->kernel);
}

static void making_from_recipe(struct making *making, const struct learn_recipe *recipe)
{
	snprintf(making->recipe, sizeof(making->recipe), "%s", recipe->name);
	stage_matrix_init(&making->params.image, "X", 6, 8, recipe->image);
	stage_matrix_init(&making->kernel, "K", 1, 2, recipe->kernel);
	memcpy(making->start, recipe->start, sizeof(recipe->start));
	making->params.has_bias = recipe->has_bias;
	making->params.lr = recipe->lr;
	making->params.decay = recipe->decay;
	making->params.steps = recipe->steps;
}

/* The target from the kernel, or the kernel's size from the target. */
static int making_finish(struct making *making, struct diag *diag)
{
	struct stage_learn_params *params = &making->params;
	struct stage_matrix *target = &params->target;

	params->start = making->start;
	if (target->values) {
		params->kernel_rows = params->image.rows - target->rows + 1;
		params->kernel_cols = params->image.cols - target->cols + 1;
		if (params->kernel_rows >= 1 && params->kernel_cols >= 1)
			return 0;
		return diag_set(diag, ERR_SHAPE, "the target (%dx%d) is larger than the image (%dx%d)",
		    target->rows, target->cols, params->image.rows, params->image.cols);
	}
	params->kernel_rows = making->kernel.rows;
	params->kernel_cols = making->kernel.cols;
	if (window__check_fit(&params->image, &making->kernel, diag) < 0)
		return ERR_SHAPE;
	stage_matrix_init(target, "Y", params->image.rows - params->kernel_rows + 1,
	    params->image.cols - params->kernel_cols + 1, NULL);
	corr2d_forward(params->image.values, params->image.rows, params->image.cols,
	    making->kernel.values, making->kernel.rows, making->kernel.cols, false, target->values);
	return 0;
}

static int find_recipe(const char *name, struct diag *diag)
{
	for (size_t i = 0; i < ARRAY_LEN(recipes); i++) {
		if (strcmp(recipes[i].name, name) == 0)
			return (int)i;
	}
	diag_set(diag, ERR_NOT_FOUND, "there is no recipe '%s'", name);
	diag_hint(diag, "one of: d0, d1, d4");
	return ERR_NOT_FOUND;
}

static int make(struct making *making, struct stage **ret, struct diag *diag)
{
	int code = making_finish(making, diag);

	if (code == 0)
		code = stage_learn_new(&making->params, ret, diag);
	if (code == 0)
		memcpy(((struct stage_learn *)*ret)->recipe, making->recipe, sizeof(making->recipe));
	return code;
}

int stage_learn_new_recipe(const char *recipe, struct stage **ret, struct diag *diag)
{
	struct making making = {.recipe = ""};
	int index = find_recipe(recipe, diag), code;

	if (index < 0)
		return index;
	making_from_recipe(&making, &recipes[index]);
	code = make(&making, ret, diag);
	making_release(&making);
	return code;
}

int learn__load_recipe(struct stage_learn *learn, const char *recipe, struct diag *diag)
{
	struct stage *fresh = NULL;
	int code = stage_learn_new_recipe(recipe, &fresh, diag);

	if (code < 0)
		return code;
	learn__release(learn);
	*learn = *(struct stage_learn *)fresh;
	mem_free(fresh);
	return 0;
}

/* -- the lines of a view ------------------------------------------------------------------------- */

static int open_matrices(const struct params *params, struct making *making, struct diag *diag)
{
	const char *wanted[] = {"image", "kernel", "target"}, *defaults[] = {"X", "K", NULL};
	struct stage_matrix *places[] = {
	    &making->params.image, &making->kernel, &making->params.target};
	int code = 0;

	for (size_t i = 0; i < ARRAY_LEN(wanted) && code == 0; i++) {
		bool given = block_get(params->block, wanted[i]) != NULL;
		bool needed = defaults[i] && !places[i]->values &&
			      !(i == 1 && block_get(params->block, "target"));
		struct stage_matrix found;

		if (!given && !needed)
			continue;
		code = params_matrix(params, wanted[i], defaults[i], defaults[i] ? defaults[i] : "Y", &found,
		    diag);
		if (code < 0)
			continue;
		stage_matrix_release(places[i]);
		*places[i] = found;
	}
	return code;
}

static int open_numbers(const struct params *params, struct making *making, int *starts,
    struct diag *diag)
{
	static const char *const yes_no[] = {"no", "yes", NULL};
	int bias = making->params.has_bias, code;

	code = params_numbers(params, "start", STAGE_LEARN_WEIGHTS_MAX, making->start, starts, diag);
	if (code == 0)
		code = params_number(params, "lr", &making->params.lr, diag);
	if (code == 0)
		code = params_number(params, "decay", &making->params.decay, diag);
	if (code == 0)
		code = params_int(params, "steps", 1, STAGE_LEARN_STEPS_MAX, &making->params.steps, diag);
	if (code == 0)
		code = params_one_of(params, "bias", yes_no, &bias, diag);
	making->params.has_bias = bias;
	return code;
}

/* As many starting weights as the kernel has; else the stage is closed again. */
static int check_starts(struct stage **stage, int starts, struct diag *diag)
{
	int weights = stage_learn_weights((struct stage_learn *)*stage);

	if (starts == weights)
		return 0;
	(*stage)->ops->close(*stage);
	return diag_set(diag, ERR_SHAPE, "'start' has %d numbers, the kernel has %d weights", starts,
	    weights);
}

static int open_making(const struct params *params, struct making *making, struct stage **ret,
    struct diag *diag)
{
	int recipe = -1, starts = 0, code;

	making->params.lr = 0.01;
	making->params.steps = 50;
	code = params_one_of(params, "recipe", learn__recipe_names, &recipe, diag);
	if (code == 0 && recipe >= 0)
		making_from_recipe(making, &recipes[recipe]);
	if (code == 0)
		code = open_matrices(params, making, diag);
	if (code == 0)
		code = open_numbers(params, making, &starts, diag);
	if (code < 0)
		return code;
	code = make(making, ret, diag);
	if (code == 0 && starts)
		code = check_starts(ret, starts, diag);
	return code < 0 ? params_at(params, starts ? "start" : NULL, code, diag) : 0;
}

int learn__open(const struct block *block, const char *file, struct notebook *nb,
    struct stage **ret, struct diag *diag)
{
	const struct params params = {.block = block, .file = file, .nb = nb};
	struct making making = {.recipe = ""};
	struct stage *stage = NULL;
	int code = open_making(&params, &making, &stage, diag);

	making_release(&making);
	if (code == 0)
		*ret = stage;
	return code;
}
