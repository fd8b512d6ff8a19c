// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Checkpoints. Numbers are written so that they come back bit for bit: counts in decimal, floats as
 * their bits in hexadecimal beside a readable form where people may look.
 */
#include "config.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "model/model_file.h"
#include "model/model_internal.h"

#define CHECKPOINT_VERSION "1"

/* What the metadata keep, in the order of writing. */
struct record {
	struct checkpoint_info info;
	struct rng rng;
	double loss_sum;
	size_t correct;
	bool has_momentum;
};

static uint32_t float_bits(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static float bits_float(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* One key of the metadata: how a record is written there and read back. */
enum field_kind {
	FIELD_KIND_SIZE,
	FIELD_KIND_U64,
	FIELD_KIND_FLOAT,
	FIELD_KIND_DOUBLE,
	FIELD_KIND_BOOL,
	FIELD_KIND_RNG,
};

static const struct field {
	const char *key;
	enum field_kind kind;
	size_t offset;
} fields[] = {
    {"recipe.batch", FIELD_KIND_SIZE, offsetof(struct record, info.recipe.batch)},
    {"recipe.lr", FIELD_KIND_FLOAT, offsetof(struct record, info.recipe.lr)},
    {"recipe.momentum", FIELD_KIND_FLOAT, offsetof(struct record, info.recipe.momentum)},
    {"recipe.weight_decay", FIELD_KIND_FLOAT, offsetof(struct record, info.recipe.weight_decay)},
    {"recipe.seed", FIELD_KIND_U64, offsetof(struct record, info.recipe.seed)},
    {"recipe.shuffle", FIELD_KIND_BOOL, offsetof(struct record, info.recipe.shuffle)},
    {"state.images", FIELD_KIND_SIZE, offsetof(struct record, info.images)},
    {"state.epoch", FIELD_KIND_SIZE, offsetof(struct record, info.epoch)},
    {"state.step", FIELD_KIND_SIZE, offsetof(struct record, info.step)},
    {"state.rng", FIELD_KIND_RNG, offsetof(struct record, rng)},
    {"state.loss_sum", FIELD_KIND_DOUBLE, offsetof(struct record, loss_sum)},
    {"state.correct", FIELD_KIND_SIZE, offsetof(struct record, correct)},
    {"state.has_momentum", FIELD_KIND_BOOL, offsetof(struct record, has_momentum)},
};

static void write_field(const struct field *field, const struct record *record, char text[128])
{
	const void *from = (const char *)record + field->offset;
	const struct rng *rng = from;
	uint64_t bits;

	switch (field->kind) {
	case FIELD_KIND_SIZE:
		snprintf(text, 128, "%zu", *(const size_t *)from);
		break;
	case FIELD_KIND_U64:
		snprintf(text, 128, "%" PRIu64, *(const uint64_t *)from);
		break;
	case FIELD_KIND_FLOAT: // bits first; the decimal form is for people
		snprintf(text, 128, "%08" PRIx32 " %.9g", float_bits(*(const float *)from),
		    (double)*(const float *)from);
		break;
	case FIELD_KIND_DOUBLE:
		memcpy(&bits, from, sizeof(bits));
		snprintf(text, 128, "%016" PRIx64 " %.17g", bits, *(const double *)from);
		break;
	case FIELD_KIND_BOOL:
		snprintf(text, 128, "%d", *(const bool *)from);
		break;
	case FIELD_KIND_RNG:
		snprintf(text, 128, "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64,
		    rng->s[0], rng->s[1], rng->s[2], rng->s[3]);
		break;
	}
}

/* Exactly `digits` hexadecimal digits; moves *text behind them. */
static bool read_hex(const char **text, int digits, uint64_t *ret)
{
	static const char known[] = "0123456789abcdef";
	uint64_t value = 0;

	for (int i = 0; i < digits; i++) {
		const char *digit = **text ? strchr(known, **text) : NULL;

		if (!digit)
			return false;
		value = value << 4 | (uint64_t)(digit - known);
		++*text;
	}
	*ret = value;
	return true;
}

static bool read_decimal(const char *text, uint64_t *ret)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	}
	*ret = value;
	return true;
}

static bool read_rng(const char *text, struct rng *rng)
{
	for (int i = 0; i < 4; i++) {
		if (!read_hex(&text, 16, &rng->s[i]) || *text != (i < 3 ? ' ' : '\0'))
			return false;
		text++;
	}
	return rng->s[0] || rng->s[1] || rng->s[2] || rng->s[3]; // zero would stay zero for ever
}

/* False for anything that write_field would not have written. */
static bool read_field(const struct field *field, const char *text, struct record *record)
{
	void *to = (char *)record + field->offset;
	uint64_t number;

	switch (field->kind) {
	case FIELD_KIND_SIZE:
		if (!read_decimal(text, &number) || number > SIZE_MAX)
			return false;
		*(size_t *)to = (size_t)number;
		return true;
	case FIELD_KIND_U64:
		return read_decimal(text, to);
	case FIELD_KIND_FLOAT:
		if (!read_hex(&text, 8, &number))
			return false;
		*(float *)to = bits_float((uint32_t)number);
		return true;
	case FIELD_KIND_DOUBLE:
		if (!read_hex(&text, 16, &number))
			return false;
		memcpy(to, &number, sizeof(number));
		return true;
	case FIELD_KIND_BOOL:
		*(bool *)to = *text == '1';
		return strcmp(text, "0") == 0 || strcmp(text, "1") == 0;
	case FIELD_KIND_RNG:
		return read_rng(text, to);
	}
	return false;
}

static int no_checkpoint(const char *path, struct diag *diag, const char *key)
{
	if (!key)
		diag_set(diag, ERR_FORMAT, "it is a model, but no checkpoint to go on from");
	else
		diag_set(diag, ERR_FORMAT,
		    "the checkpoint is damaged: '%s' is missing or not valid", key);
	diag_at(diag, path, 0, 0);
	diag_hint(diag, key ? "use another copy of the file"
			    : "start from its weights with --init, or use a file of train --save");
	return ERR_FORMAT;
}

static int read_record(const struct tensor_file *file, const char *path, struct record *ret,
    struct diag *diag)
{
	const char *version = tensor_file_meta(file, "checkpoint");

	memset(ret, 0, sizeof(*ret));
	if (!version)
		return no_checkpoint(path, diag, NULL);
	if (strcmp(version, CHECKPOINT_VERSION) != 0)
		return no_checkpoint(path, diag, "checkpoint");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *text = tensor_file_meta(file, fields[i].key);

		if (!text || !read_field(&fields[i], text, ret))
			return no_checkpoint(path, diag, fields[i].key);
	}
	if (ret->info.recipe.batch == 0)
		return no_checkpoint(path, diag, "recipe.batch");
	return 0;
}

/* The momentum buffer as one long text of hexadecimal digits, 8 for each parameter. */
static int add_momentum(struct tensor_file *file, const float *momentum, size_t count,
    struct diag *diag)
{
	struct strbuf text = STRBUF_INIT;
	int r;

	strbuf_reserve(&text, 8 * count + 1);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&text, "%08" PRIx32, float_bits(momentum[i]));
	r = tensor_file_add_meta(file, "state.momentum", text.data, diag);
	strbuf_release(&text);
	return r;
}

static int read_momentum(const struct tensor_file *file, size_t count, const char *path,
    float **ret,
    struct diag *diag)
{
	const char *text = tensor_file_meta(file, "state.momentum");
	float *momentum = mem_alloc(count, sizeof(*momentum));
	uint64_t bits;

	if (!momentum)
		return diag_set(diag, ERR_NOMEM, "out of memory while reading '%s'", path);
	for (size_t i = 0; i < count; i++) {
		if (!text || !read_hex(&text, 8, &bits)) {
			mem_free(momentum);
			return no_checkpoint(path, diag, "state.momentum");
		}
		momentum[i] = bits_float((uint32_t)bits);
	}
	*ret = momentum;
	return 0;
}

static int add_record(struct tensor_file *file, const struct record *record, struct diag *diag)
{
	int r = tensor_file_add_meta(file, "checkpoint", CHECKPOINT_VERSION, diag);

	for (size_t i = 0; i < ARRAY_LEN(fields) && r == 0; i++) {
		char text[128];

		write_field(&fields[i], record, text);
		r = tensor_file_add_meta(file, fields[i].key, text, diag);
	}
	return r;
}

int checkpoint_save(const struct net *net, const struct trainer *trainer, size_t images,
    const char *path, struct diag *diag)
{
	struct trainer_state state;
	struct tensor_file file;
	struct record record = {.info = {.recipe = *trainer_recipe(trainer), .images = images}};
	int r = model__pack(net, &file, diag);

	if (r < 0)
		return r;
	trainer_get_state(trainer, &state);
	record.info.epoch = state.epoch;
	record.info.step = state.step;
	record.rng = state.rng;
	record.loss_sum = state.loss_sum;
	record.correct = state.correct;
	record.has_momentum = state.momentum != NULL;
	r = add_record(&file, &record, diag);
	if (r == 0 && state.momentum)
		r = add_momentum(&file, state.momentum, net->param_count, diag);
	if (r == 0)
		r = safetensors_write(path, &file, diag);
	tensor_file_release(&file);
	return r;
}

int checkpoint_info(const char *path, struct checkpoint_info *ret, struct diag *diag)
{
	struct tensor_file file;
	struct record record;
	int r = model_read(path, &file, diag);

	if (r < 0)
		return r;
	r = read_record(&file, path, &record, diag);
	tensor_file_release(&file);
	if (r == 0)
		*ret = record.info;
	return r;
}

static int check_recipe(const struct recipe *now, const struct recipe *then, const char *path,
    struct diag *diag)
{
	if (now->batch == then->batch && now->seed == then->seed && now->shuffle == then->shuffle)
		return 0;
	diag_set(diag, ERR_STATE, "it was made with another batch, seed or shuffling");
	diag_at(diag, path, 0, 0);
	diag_hint(diag, "leave those options away: the checkpoint knows them");
	return ERR_STATE;
}

static int restore(struct trainer *trainer, const struct tensor_file *file, size_t param_count,
    const char *path, struct diag *diag)
{
	struct record record;
	float *momentum = NULL;
	int r = read_record(file, path, &record, diag);

	if (r == 0)
		r = check_recipe(trainer_recipe(trainer), &record.info.recipe, path, diag);
	if (r == 0 && record.has_momentum)
		r = read_momentum(file, param_count, path, &momentum, diag);
	if (r == 0) {
		struct trainer_state state = {.epoch = record.info.epoch, .step = record.info.step,
		    .rng = record.rng, .loss_sum = record.loss_sum, .correct = record.correct,
		    .momentum = momentum};

		r = trainer_set_state(trainer, &state, diag);
		if (r < 0)
			diag_at(diag, path, 0, 0);
	}
	mem_free(momentum);
	return r;
}

int checkpoint_load(struct net *net, struct trainer *trainer, const char *path, struct diag *diag)
{
	struct tensor_file file;
	int r = model_read(path, &file, diag);

	if (r < 0)
		return r;
	r = model__check_fit(net, &file, path, diag);
	if (r == 0)
		r = restore(trainer, &file, net->param_count, path, diag);
	if (r == 0)
		model__unpack(net, &file);
	tensor_file_release(&file);
	return r;
}
