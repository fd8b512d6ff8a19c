// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading datasets, and saying what they are. Where they lie is found in places.c. */
#include "config.h"

#include "data/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/paths.h"
#include "base/utf8.h"
#include "data/data_internal.h"
#include "data/idx.h"

/* Datasets whose classes everybody knows, by the names that their folders usually have. */
static const struct known {
	const char *folders[3];
	const char *title;
	const char *classes[10];
} known_sets[] = {
    {{"fashion-mnist", "FashionMNIST", "fashion"}, "Fashion-MNIST", DATA__GARMENTS},
    {{"mnist", "digits", "mnist-digits"}, "MNIST",
	{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}},
    {{"kmnist", "kuzushiji-mnist", "kuzushiji"}, "KMNIST",
	{"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"}},
};

static const struct known *find_known(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(known_sets); i++)
		for (size_t j = 0; j < ARRAY_LEN(known_sets[i].folders); j++)
			if (strcasecmp(known_sets[i].folders[j], name) == 0)
				return &known_sets[i];
	return NULL;
}

static int fail_in(const char *folder, const char *file, struct diag *diag, const char *hint)
{
	char *path = paths_join(folder, file);

	diag_at(diag, path, 0, 0);
	diag_hint(diag, "%s", hint);
	mem_free(path);
	return diag ? diag->code : ERR_FORMAT;
}

/* One class a line, at most DATASET_CLASSES_MAX; fills the names, returns their number. */
static int parse_classes(char *text, const char *folder, struct dataset *dataset,
    struct diag *diag)
{
	int count = 0;
	char *rest = text;

	for (char *line; (line = strsep(&rest, "\n"));) {
		line[strcspn(line, "\r")] = '\0';
		if (!*line)
			continue;
		if (count == DATASET_CLASSES_MAX ||
		    strlen(line) >= sizeof(dataset->class_names[0]) ||
		    !utf8_valid(line, strlen(line), NULL)) {
			diag_set(diag, ERR_FORMAT, "class %d cannot be '%.40s'", count, line);
			fail_in(folder, DATA__CLASSES_FILE, diag,
			    "one name a line, UTF-8, at most 31 bytes, at most 16 classes");
			return ERR_FORMAT;
		}
		strcpy(dataset->class_names[count++], line);
	}
	if (count == 0) {
		diag_set(diag, ERR_FORMAT, "it names no class");
		fail_in(folder, DATA__CLASSES_FILE, diag,
		    "write one name a line, or remove the file");
		return ERR_FORMAT;
	}
	return count;
}

/* The number of classes that the folder names, 0 where it does not say. */
static int name_classes(const char *folder, struct dataset *dataset, struct diag *diag)
{
	char *path = paths_join(folder, DATA__CLASSES_FILE), *text = NULL;
	const struct known *known = find_known(dataset->name);
	size_t len;
	int r = 0;

	if (paths_exists(path)) {
		r = file_read(path, 4096, &text, &len, diag);
		if (r == 0)
			r = parse_classes(text, folder, dataset, diag);
	} else if (known) {
		for (r = 0; r < 10; r++)
			strcpy(dataset->class_names[r], known->classes[r]);
	}
	mem_free(text);
	mem_free(path);
	return r;
}

static int read_part(const char *folder, size_t part, struct idx *ret, struct diag *diag)
{
	char *path = data__find_part(folder, &data__parts[part]);
	int r;

	if (!path) {
		diag_set(diag, ERR_NOT_FOUND, "the folder '%s' lacks %s-%s-idx%d-ubyte", folder,
		    data__parts[part].set, data__parts[part].kind, data__parts[part].ndim);
		diag_hint(diag, "a dataset is four files, each plain or with .gz; fetch it again");
		return ERR_NOT_FOUND;
	}
	r = idx_read(path, data__parts[part].ndim, ret, diag);
	mem_free(path);
	return r;
}

/* The largest label must stay below `classes`, or below what we can show where that is 0. */
static int check_labels(const struct idx *labels, const char *set, int classes, struct diag *diag)
{
	int limit = classes ? classes : DATASET_CLASSES_MAX;

	for (size_t i = 0; i < labels->count; i++) {
		if (labels->data[i] < limit)
			continue;
		diag_set(diag, ERR_FORMAT,
		    "label %zu of the %s labels is %u, but there are %d classes",
		    i, set, labels->data[i], limit);
		diag_hint(diag, "the file is damaged, or %s does not name all classes",
		    DATA__CLASSES_FILE);
		return ERR_FORMAT;
	}
	return 0;
}

static int check_counts(const struct idx *images, const struct idx *labels, const char *set,
    struct diag *diag)
{
	if (images->shape[0] == labels->shape[0])
		return 0;
	diag_set(diag, ERR_FORMAT, "%u %s images, but %u labels", images->shape[0], set,
	    labels->shape[0]);
	diag_hint(diag, "the two files belong to different sets; fetch both again");
	return ERR_FORMAT;
}

static int highest_label(const struct idx *labels)
{
	int highest = 0;

	for (size_t i = 0; i < labels->count; i++)
		if (labels->data[i] > highest)
			highest = labels->data[i];
	return highest;
}

/* A file that reads well may still not fit the other three. */
static int check_parts(const struct idx parts[DATA__PARTS], int *classes, struct diag *diag)
{
	static const char *const sets[] = {"training", "test"};
	int highest = 0, r;

	for (int i = 0; i < 2; i++) {
		const struct idx *images = &parts[2 * i], *labels = &parts[2 * i + 1];

		r = check_counts(images, labels, sets[i], diag);
		if (r == 0)
			r = check_labels(labels, sets[i], *classes, diag);
		if (r < 0)
			return r;
		if (highest_label(labels) > highest)
			highest = highest_label(labels);
	}
	if (parts[0].shape[1] != parts[2].shape[1] || parts[0].shape[2] != parts[2].shape[2]) {
		diag_set(diag, ERR_FORMAT, "training images are %ux%u, test images %ux%u",
		    parts[0].shape[1], parts[0].shape[2], parts[2].shape[1], parts[2].shape[2]);
		diag_hint(diag, "the files belong to different sets; fetch all four again");
		return ERR_FORMAT;
	}
	if (*classes == 0)
		*classes = highest < 10 ? 10 : highest + 1;
	return 0;
}

static void take_images(struct images *images, const struct idx *pixels, const struct idx *labels,
    int classes)
{
	*images = (struct images){.pixels = pixels->data, .labels = labels->data,
	    .count = pixels->shape[0], .height = (int)pixels->shape[1],
	    .width = (int)pixels->shape[2], .classes = classes};
}

static void name_unnamed(struct dataset *dataset, int classes)
{
	for (int i = 0; i < classes; i++)
		if (!dataset->class_names[i][0])
			snprintf(dataset->class_names[i], sizeof(dataset->class_names[i]), "%d", i);
}

static int read_parts(const char *folder, struct dataset *dataset, struct diag *diag)
{
	struct idx parts[DATA__PARTS] = {{0}};
	int classes = name_classes(folder, dataset, diag), r = classes < 0 ? classes : 0;

	for (size_t i = 0; i < DATA__PARTS && r == 0; i++)
		r = read_part(folder, i, &parts[i], diag);
	if (r == 0) {
		r = check_parts(parts, &classes, diag);
		if (r < 0)
			diag_at(diag, folder, 0, 0);
	}
	if (r < 0) {
		for (size_t i = 0; i < DATA__PARTS; i++)
			idx_release(&parts[i]);
		return r;
	}
	for (size_t i = 0; i < DATA__PARTS; i++)
		dataset->owned[i] = parts[i].data;
	take_images(&dataset->train, &parts[0], &parts[1], classes);
	take_images(&dataset->test, &parts[2], &parts[3], classes);
	name_unnamed(dataset, classes);
	return 0;
}

/* "/a/fashion-mnist/" is called fashion-mnist; "." what its real path says. */
static void name_after(struct dataset *dataset, const char *folder)
{
	char *real = realpath(folder, NULL);
	const char *slash = real ? strrchr(real, '/') : NULL;

	snprintf(dataset->name, sizeof(dataset->name), "%s",
	    slash && slash[1] ? slash + 1 : "dataset");
	snprintf(dataset->origin, sizeof(dataset->origin), "%s", real ? real : folder);
	free(real);
}

static int open_folder(const char *folder, struct dataset **ret, struct diag *diag)
{
	struct dataset *dataset = mem_zalloc(1, sizeof(*dataset));
	int r;

	if (!dataset)
		return diag_set(diag, ERR_NOMEM, "out of memory while reading '%s'", folder);
	name_after(dataset, folder);
	r = read_parts(folder, dataset, diag);
	if (r < 0)
		dataset_free(dataset);
	else
		*ret = dataset;
	return r;
}

static int synthesise(struct dataset **ret, struct diag *diag)
{
	return dataset_synthesise(DATASET_SYNTHETIC_SEED, DATASET_SYNTHETIC_TRAIN,
	    DATASET_SYNTHETIC_TEST, ret, diag);
}

int dataset_open(const char *wanted, struct dataset **ret, struct diag *diag)
{
	const char *wish = getenv("CONVTUTOR_DATA");
	char *folder;
	int r;

	if (strcmp(wanted ? wanted : wish ? wish : "", DATASET_SYNTHETIC) == 0 &&
	    !paths_is_dir(DATASET_SYNTHETIC))
		return synthesise(ret, diag);
	r = dataset_find(wanted, &folder, diag);
	if (r == ERR_NOT_FOUND && !wanted)
		return synthesise(ret, diag);
	if (r < 0)
		return r;
	r = open_folder(folder, ret, diag);
	mem_free(folder);
	return r;
}

void dataset_free(struct dataset *dataset)
{
	if (!dataset)
		return;
	for (size_t i = 0; i < ARRAY_LEN(dataset->owned); i++)
		mem_free(dataset->owned[i]);
	mem_free(dataset);
}

/* 60000 becomes 60,000. */
static const char *with_commas(size_t n, char text[32])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%zu", n), at = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return text;
}

void dataset_describe(const struct dataset *dataset, char *text, size_t size)
{
	const struct known *known = dataset->synthetic ? NULL : find_known(dataset->name);
	char train[32], test[32];

	snprintf(text, size, "%s (%s training and %s test images%s%s)",
	    known ? known->title : dataset->name, with_commas(dataset->train.count, train),
	    with_commas(dataset->test.count, test), dataset->synthetic ? ", " : " from ",
	    dataset->origin);
}
