// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor data ACTION: which datasets there are, where, whether they are whole; making one. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/open.h"
#include "cli/suggest.h"

static const struct option_def options[] = {
    OPTION(INTEGER, "seed", "N", "make: seed of the drawings", .initial = "1"),
    OPTION(INTEGER, "train", "N", "make: how many training images", .initial = "60000", .min = 1,
	.max = 600000),
    OPTION(INTEGER, "test", "N", "make: how many test images", .initial = "10000", .min = 1,
	.max = 600000),
    OPTION_END,
};

static const char *const known[] = {DATASET_DEFAULT, "mnist", "kmnist"};

static void list_places(const char *name)
{
	struct dataset_places places;

	dataset_places_init(&places, name);
	printf("\n%s is looked for in\n", name);
	for (size_t i = 0; i < places.count; i++)
		printf("  %s\n", places.folders[i]);
	dataset_places_release(&places);
}

static void list_as_json(const char *name, const char *folder, bool first)
{
	printf("%s{\"name\": \"%s\", \"folder\": ", first ? "[" : ",\n ", name);
	if (folder) {
		putchar('"');
		for (; *folder; folder++)
			printf(*folder == '"' || *folder == '\\' ? "\\%c" : "%c",
			    (unsigned char)*folder < 0x20 ? '?' : *folder);
		fputs("\"}", stdout);
	} else {
		fputs("null}", stdout);
	}
}

static int list(const struct arguments *args, const char *name)
{
	(void)name;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		char *folder = NULL;
		struct diag diag;

		if (dataset_find(known[i], &folder, &diag) < 0)
			folder = NULL;
		if (args->json)
			list_as_json(known[i], folder, i == 0);
		else
			printf("%-14s %s\n", known[i], folder ? folder : "not here");
		mem_free(folder);
	}
	if (args->json) {
		list_as_json(DATASET_SYNTHETIC, NULL, false);
		puts("]");
		return EXIT_STATUS_DONE;
	}
	printf("%-14s always here: drawn by convtutor\n", DATASET_SYNTHETIC);
	list_places(DATASET_DEFAULT);
	puts("\nAny folder with four IDX files is a dataset too; CONVTUTOR_DATA may name one.");
	return EXIT_STATUS_DONE;
}

static int path(const struct arguments *args, const char *name)
{
	char *folder;
	struct diag diag;

	(void)args;
	if (dataset_find(name, &folder, &diag) < 0)
		return cli_fail(EXIT_STATUS_DATA, &diag);
	puts(folder);
	mem_free(folder);
	return EXIT_STATUS_DONE;
}

static int verify(const struct arguments *args, const char *name)
{
	struct dataset *dataset = NULL;
	char *folder, text[700];
	struct diag diag;
	bool published;
	int r;

	(void)args;
	// Asked whether the files are whole, drawings of ours are no answer.
	if (!name || strcmp(name, DATASET_SYNTHETIC) != 0) {
		if (dataset_find(name, &folder, &diag) < 0)
			return cli_fail(EXIT_STATUS_DATA, &diag);
		mem_free(folder);
	}
	if (dataset_open(name, &dataset, &diag) < 0)
		return cli_fail(EXIT_STATUS_DATA, &diag);
	r = dataset_verify(dataset, &published, &diag);
	dataset_describe(dataset, text, sizeof(text));
	if (r == 0)
		printf("whole%s: %s\n", published ? " and as published" : "", text);
	dataset_free(dataset);
	return r < 0 ? cli_fail(EXIT_STATUS_DATA, &diag) : (int)EXIT_STATUS_DONE;
}

static int make(const struct arguments *args, const char *folder)
{
	struct dataset *dataset = NULL;
	struct diag diag;
	int r;

	if (!folder) {
		diag_set(&diag, ERR_USAGE, "data make needs a folder to write into");
		diag_hint(&diag, "convtutor data make garments");
		return cli_usage(args, &diag);
	}
	r = dataset_synthesise((uint64_t)args_integer(args, "seed"),
	    (size_t)args_integer(args, "train"), (size_t)args_integer(args, "test"), &dataset,
	    &diag);
	if (r == 0)
		r = dataset_write(dataset, folder, &diag);
	dataset_free(dataset);
	return r < 0 ? cli_fail(EXIT_STATUS_FAILED, &diag) : (int)EXIT_STATUS_DONE;
}

static const struct action {
	const char *name;
	int (*run)(const struct arguments *args, const char *operand);
	bool takes_operand;
} actions[] = {{"list", list, false}, {"path", path, true}, {"verify", verify, true},
    {"make", make, true}};

static int cmd_data_run(const struct arguments *args)
{
	const char *name = args->operands[0];
	struct suggest suggest;
	struct diag diag;

	suggest_init(&suggest, name);
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		suggest_offer(&suggest, actions[i].name);
		if (strcmp(actions[i].name, name) != 0)
			continue;
		if (args->count == 1 || actions[i].takes_operand)
			return actions[i].run(args, args->count > 1 ? args->operands[1] : NULL);
		diag_set(&diag, ERR_USAGE, "data %s takes nothing more, not '%s'", name,
		    args->operands[1]);
		return cli_usage(args, &diag);
	}
	diag_set(&diag, ERR_USAGE, "there is no action 'data %s'", name);
	if (suggest.best)
		diag_hint(&diag, "did you mean data %s?", suggest.best);
	else
		diag_hint(&diag, "choose list, path, verify or make");
	return cli_usage(args, &diag);
}

const struct command cmd_data = {
    .name = "data",
    .operands = "ACTION [NAME]",
    .summary = "Find, check and make datasets",
    .details = "  list           which datasets there are, and where they are looked for\n"
	       "  path [NAME]    the folder of a dataset\n"
	       "  verify [NAME]  read a dataset (a name or a folder) and say whether it is whole;\n"
	       "                 known sets are compared with the SHA-256 of what was published\n"
	       "  make DIR       draw synthetic garments into the four files of a folder\n",
    .examples = "  convtutor data verify fashion-mnist\n"
		"  convtutor data make garments --train 6000 --test 1000\n",
    .min_operands = 1,
    .max_operands = 2,
    .options = options,
    .run = cmd_data_run,
};
