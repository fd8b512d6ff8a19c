// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared inside data/: the four files of a dataset, and the names of the garments. */
#ifndef DATA_INTERNAL_H
#define DATA_INTERNAL_H

#include <stddef.h>

#define DATA__GARMENTS                                                                             \
	{                                                                                          \
		"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",          \
		    "Sneaker", "Bag", "Ankle boot"                                                 \
	}

struct data__part {
	const char *set;  // "train", "t10k"
	const char *kind; // "images", "labels"
	int ndim;
};

#define DATA__CLASSES_FILE "classes.txt"

#define DATA__PARTS 4
// Training images, training labels, test images, test labels: the order of dataset.owned.
extern const struct data__part data__parts[DATA__PARTS];

// Path of one of the files in a folder, whichever of its usual names it has, or NULL.
char *data__find_part(const char *folder, const struct data__part *part);

#endif
