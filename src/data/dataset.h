// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Datasets: a training and a test set of labelled images, from IDX files (plain or .gz) or drawn by
 * our own code (the synthetic garments). Where it came from is always known and said.
 *
 * A folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
 * t10k-labels-idx1-ubyte, each plain or with .gz, and may name its classes in classes.txt, one a
 * line.
 *
 * Search order for a name such as "fashion-mnist": the folder given with --data, CONVTUTOR_DATA,
 * the user's data folder, the system's, ../shared/datasets beside a checkout, else the synthetic
 * garments.
 */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/images.h"

#define DATASET_CLASSES_MAX 16

struct dataset {
	char name[64];	     // "fashion-mnist", "synthetic garments"
	char origin[512];    // for people: the folder, or "drawn by convtutor from seed 1"
	bool synthetic;
	struct images train, test; // borrowed from `owned`
	char class_names[DATASET_CLASSES_MAX][32];
	void *owned[4];
};

#define DATASET_DEFAULT "fashion-mnist"
#define DATASET_SYNTHETIC "synthetic"
#define DATASET_SYNTHETIC_SEED 1
#define DATASET_SYNTHETIC_TRAIN 60000
#define DATASET_SYNTHETIC_TEST 10000

/*
 * `wanted`: NULL (the default by the search order), a folder holding the four IDX files, or a name
 * searched for. A folder or name that was asked for and is not there or broken is an error
 * (ERR_NOT_FOUND, ERR_FORMAT, ERR_IO with file and hint), never silently replaced; only with NULL
 * do the synthetic garments stand in, and only for files that are absent.
 */
int dataset_open(const char *wanted, struct dataset **ret, struct diag *diag) WARN_UNUSED;
// Ten silhouettes with Fashion-MNIST's names, 28x28: the same images for the same seed and counts.
int dataset_synthesise(uint64_t seed, size_t train_count, size_t test_count, struct dataset **ret,
    struct diag *diag) WARN_UNUSED;
void dataset_free(struct dataset *dataset); // NULL is a no-op
// "Fashion-MNIST (60,000 training and 10,000 test images from /path)" in one line.
void dataset_describe(const struct dataset *dataset, char *text, size_t size);

/* The folders that are searched for a name, first to last. */
struct dataset_places {
	size_t count;
	char *folders[16];
};
void dataset_places_init(struct dataset_places *places, const char *name);
void dataset_places_release(struct dataset_places *places);
bool dataset_is_in(const char *folder); // true when at least one of the four files is there
// The folder that dataset_open would read, for the caller to mem_free; "synthetic" has none and is
// ERR_NOT_FOUND.
int dataset_find(const char *wanted, char **ret_folder, struct diag *diag) WARN_UNUSED;
// Write the four IDX files and classes.txt into `folder`, which is made if it is not there.
int dataset_write(const struct dataset *dataset, const char *folder, struct diag *diag) WARN_UNUSED;
// Compare the files' contents with the SHA-256 of the set as published, where its name is one whose
// digests are known: then *ret_published is true. ERR_FORMAT names the file that differs.
int dataset_verify(const struct dataset *dataset, bool *ret_published,
    struct diag *diag) WARN_UNUSED;

#endif
