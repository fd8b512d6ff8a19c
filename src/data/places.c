// SPDX-License-Identifier: GPL-3.0-or-later
/* Where datasets are looked for. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/paths.h"
#include "data/data_internal.h"
#include "data/dataset.h"

const struct data__part data__parts[DATA__PARTS] = {
    {"train", "images", 3}, {"train", "labels", 1}, {"t10k", "images", 3}, {"t10k", "labels", 1}};

char *data__find_part(const char *folder, const struct data__part *part)
{
	static const char *const endings[] = {"", ".gz"};
	char name[64], *path;

	for (const char *joint = "-."; *joint; joint++) {
		for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
			snprintf(name, sizeof(name), "%s-%s%cidx%d-ubyte%s", part->set, part->kind,
			    *joint, part->ndim, endings[i]);
			path = paths_join(folder, name);
			if (paths_exists(path))
				return path;
			mem_free(path);
		}
	}
	return NULL;
}

bool dataset_is_in(const char *folder)
{
	for (size_t i = 0; i < DATA__PARTS; i++) {
		char *path = data__find_part(folder, &data__parts[i]);

		mem_free(path);
		if (path)
			return true;
	}
	return false;
}

/* Takes over `folder`. */
static void add(struct dataset_places *places, char *folder)
{
	if (folder && places->count < ARRAY_LEN(places->folders))
		places->folders[places->count++] = folder;
	else
		mem_free(folder);
}

/* BASE/MIDDLE/NAME; frees `base`, which may be NULL. */
static void add_below(struct dataset_places *places, char *base, const char *middle,
    const char *name)
{
	if (base)
		add(places, xasprintf("%s%s/%s", base, middle, name));
	mem_free(base);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void dataset_places_init(struct dataset_places *places, const char *name)
{
	const char *wish = getenv("CONVTUTOR_DATA");
	char *system;

	places->count = 0;
	if (wish && *wish) {
		// The variable names the default dataset's own folder, or one with several in it.
		if (strcmp(name, DATASET_DEFAULT) == 0 || strcmp(name, last_part(wish)) == 0)
			add(places, xstrdup(wish));
		add_below(places, xstrdup(wish), "", name);
	}
	add_below(places, paths_user(PATHS_DATA), "/datasets", name);
	for (size_t i = 0; i < 8 && (system = paths_system_data(i)); i++)
		add_below(places, system, "/datasets", name);
	add_below(places, xstrdup(".."), "/shared/datasets", name);
	add_below(places, paths_executable_dir(), "/../../shared/datasets", name);
}

void dataset_places_release(struct dataset_places *places)
{
	for (size_t i = 0; i < places->count; i++)
		mem_free(places->folders[i]);
	places->count = 0;
}

/* The folder without .. and links, as people like to read it. */
static char *tidy(const char *folder)
{
	char *real = realpath(folder, NULL), *copy = xstrdup(real ? real : folder);

	free(real);
	return copy;
}

static char *search(const char *name)
{
	struct dataset_places places;
	char *found = NULL;

	dataset_places_init(&places, name);
	for (size_t i = 0; i < places.count && !found; i++)
		if (dataset_is_in(places.folders[i]))
			found = tidy(places.folders[i]);
	dataset_places_release(&places);
	return found;
}

/* A folder that was asked for: it holds the files itself, or a folder of the default's name does. */
static int find_folder(const char *folder, char **ret, struct diag *diag)
{
	char *below = paths_join(folder, DATASET_DEFAULT);

	if (!dataset_is_in(folder) && dataset_is_in(below)) {
		*ret = below;
		return 0;
	}
	mem_free(below);
	if (dataset_is_in(folder)) {
		*ret = xstrdup(folder);
		return 0;
	}
	diag_set(diag, ERR_NOT_FOUND, "there is no dataset in the folder '%s'", folder);
	diag_hint(diag, "it must hold train-images-idx3-ubyte, train-labels-idx1-ubyte, "
			"t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, plain or with .gz");
	return ERR_NOT_FOUND;
}

int dataset_find(const char *wanted, char **ret_folder, struct diag *diag)
{
	const char *name = wanted ? wanted : DATASET_DEFAULT;
	char *found;

	if (wanted && paths_is_dir(wanted))
		return find_folder(wanted, ret_folder, diag);
	if (strchr(name, '/')) {
		diag_set(diag, ERR_NOT_FOUND, "there is no folder '%s'", name);
		diag_hint(diag,
		    "give the folder that holds the four IDX files, or the name of a set");
		return ERR_NOT_FOUND;
	}
	found = *name ? search(name) : NULL;
	if (found) {
		*ret_folder = found;
		return 0;
	}
	diag_set(diag, ERR_NOT_FOUND, "there is no dataset '%s'", name);
	diag_hint(diag, "'convtutor data list' says where it is looked for; '" DATASET_SYNTHETIC
			"' is always there");
	return ERR_NOT_FOUND;
}
