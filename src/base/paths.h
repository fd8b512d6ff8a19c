// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where the user's files live, after the XDG base directory specification: a variable that is
 * unset, empty or relative counts as absent. All results are for the caller to mem_free; NULL when
 * not even HOME is known. Nothing here creates a folder but paths_make_parents.
 */
#ifndef BASE_PATHS_H
#define BASE_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum paths_kind {
	PATHS_CONFIG, // settings
	PATHS_DATA,   // datasets, checkpoints
	PATHS_STATE,  // progress, history, logs
	PATHS_CACHE,  // downloads under way
};

char *paths_user(enum paths_kind kind);		    // e.g. ~/.local/state/convtutor
char *paths_system_data(size_t index);		    // i-th of XDG_DATA_DIRS, with /convtutor
char *paths_executable_dir(void);		    // folder of the running program, or NULL
char *paths_join(const char *dir, const char *name); // never NULL
bool paths_exists(const char *path);
bool paths_is_dir(const char *path);
int paths_make_parents(const char *path, struct diag *diag); // every folder above `path`, mode 0700

#endif
