// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/paths.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

static const struct {
	const char *variable, *below_home;
} kinds[] = {
	[PATHS_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
	[PATHS_DATA] = {"XDG_DATA_HOME", ".local/share"},
	[PATHS_STATE] = {"XDG_STATE_HOME", ".local/state"},
	[PATHS_CACHE] = {"XDG_CACHE_HOME", ".cache"},
};

static const char *absolute_env(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] == '/' ? value : NULL;
}

char *paths_user(enum paths_kind kind)
{
	const char *base = absolute_env(kinds[kind].variable), *home = absolute_env("HOME");

	if (base)
		return xasprintf("%s/convtutor", base);
	return home ? xasprintf("%s/%s/convtutor", home, kinds[kind].below_home) : NULL;
}

char *paths_system_data(size_t index)
{
	const char *dirs = getenv("XDG_DATA_DIRS");

	if (!dirs || !*dirs)
		dirs = "/usr/local/share:/usr/share";
	for (;; dirs++) {
		size_t len = strcspn(dirs, ":");

		if (dirs[0] == '/' && index-- == 0)
			return xasprintf("%.*s/convtutor", (int)len, dirs);
		dirs += len;
		if (!*dirs)
			return NULL;
	}
}

char *paths_executable_dir(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (len <= 0)
		return NULL;
	path[len] = '\0';
	slash = strrchr(path, '/');
	return slash && slash != path ? xstrndup(path, (size_t)(slash - path)) : NULL;
}

char *paths_join(const char *dir, const char *name)
{
	size_t len = strlen(dir);

	return xasprintf("%s%s%s", dir, len && dir[len - 1] == '/' ? "" : "/", name);
}

bool paths_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool paths_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int paths_make_parents(const char *path, struct diag *diag)
{
	char *copy = xstrdup(path);
	int r = 0;

	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST && !paths_is_dir(copy)) {
			r = diag_set(diag, ERR_IO, "cannot make the folder '%s': %s", copy,
			    strerror(errno));
			break;
		}
		*slash = '/';
	}
	mem_free(copy);
	return r;
}
