// SPDX-License-Identifier: GPL-3.0-or-later
/* Finding lessons, and their order. */
#include "config.h"

#include "lesson/lesson.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/paths.h"
#include "lesson/builtin.h"

#define FALLBACK_LANGUAGE "en"
#define FILES_MAX 1000 // of one folder

static void add_problem(struct shelf *shelf, const struct diag *diag)
{
	shelf->problems = xrealloc(shelf->problems, shelf->problem_count + 1,
	    sizeof(*shelf->problems));
	shelf->problems[shelf->problem_count++] = *diag;
}

/* A lesson read later takes the place of one with the same id. Takes the lesson. */
static void put_lesson(struct shelf *shelf, struct lesson *lesson)
{
	for (size_t i = 0; i < shelf->count; i++)
		if (!strcmp(shelf->lessons[i]->id, lesson->id)) {
			lesson_free(shelf->lessons[i]);
			shelf->lessons[i] = lesson;
			return;
		}
	shelf->lessons = xrealloc(shelf->lessons, shelf->count + 1, sizeof(*shelf->lessons));
	shelf->lessons[shelf->count++] = lesson;
}

static void add_builtin(struct shelf *shelf, const char *language)
{
	size_t len = strlen(language);

	for (const struct builtin_lesson *b = builtin_lessons; b->name; b++) {
		struct lesson *lesson;
		struct diag diag;

		if (strncmp(b->name, language, len) || b->name[len] != '/')
			continue;
		if (lesson_parse(b->name, b->bytes, b->len, &lesson, &diag) < 0)
			add_problem(shelf, &diag);
		else
			put_lesson(shelf, lesson);
	}
}

static bool is_lesson_name(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 3 && !strcmp(name + len - 3, ".md");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lesson files of a folder, sorted. */
static char **list_folder(const char *path, size_t *ret_count, struct diag *diag)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char **names = NULL;
	size_t count = 0;

	*ret_count = 0;
	if (!dir) {
		diag_set(diag, ERR_IO, "cannot open the folder '%s': %s", path, strerror(errno));
		return NULL;
	}
	while (count < FILES_MAX && (entry = readdir(dir)))
		if (is_lesson_name(entry->d_name)) {
			names = xrealloc(names, count + 1, sizeof(*names));
			names[count++] = xstrdup(entry->d_name);
		}
	closedir(dir);
	if (count)
		qsort(names, count, sizeof(*names), by_name);
	*ret_count = count;
	return names;
}

static void add_folder(struct shelf *shelf, const char *path)
{
	struct diag diag = {.code = 0};
	size_t count;
	char **names = list_folder(path, &count, &diag);

	if (diag.code < 0)
		add_problem(shelf, &diag);
	for (size_t i = 0; i < count; i++) {
		char *file = paths_join(path, names[i]);
		struct lesson *lesson;

		if (lesson_read(file, &lesson, &diag) < 0)
			add_problem(shelf, &diag);
		else
			put_lesson(shelf, lesson);
		mem_free(file);
		mem_free(names[i]);
	}
	mem_free(names);
}

static void add_subfolder(struct shelf *shelf, const char *dir, const char *name)
{
	char *path = paths_join(dir, name);

	if (paths_is_dir(path))
		add_folder(shelf, path);
	mem_free(path);
}

static int by_order(const void *a, const void *b)
{
	const struct lesson *x = *(struct lesson *const *)a, *y = *(struct lesson *const *)b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* True when a walk along `needs` from `lesson` comes to `target` within `depth` lessons. */
static bool leads_to(const struct shelf *shelf, const struct lesson *lesson, const char *target,
    bool *seen)
{
	for (size_t i = 0; i < lesson->needs_count; i++) {
		if (!strcmp(lesson->needs[i], target))
			return true;
		for (size_t k = 0; k < shelf->count; k++)
			if (!seen[k] && !strcmp(shelf->lessons[k]->id, lesson->needs[i])) {
				seen[k] = true;
				if (leads_to(shelf, shelf->lessons[k], target, seen))
					return true;
			}
	}
	return false;
}

/* Leave out every lesson that needs itself in the end. */
static void drop_cycles(struct shelf *shelf)
{
	bool *cyclic = xzalloc(shelf->count + 1, sizeof(*cyclic));
	size_t kept = 0;

	for (size_t i = 0; i < shelf->count; i++) {
		bool *seen = xzalloc(shelf->count, sizeof(*seen));

		cyclic[i] = leads_to(shelf, shelf->lessons[i], shelf->lessons[i]->id, seen);
		mem_free(seen);
	}
	for (size_t i = 0; i < shelf->count; i++) {
		struct diag diag;

		if (!cyclic[i]) {
			shelf->lessons[kept++] = shelf->lessons[i];
			continue;
		}
		diag_set(&diag, ERR_FORMAT, "the lesson '%s' needs itself", shelf->lessons[i]->id);
		diag_hint(&diag, "break the circle in 'needs'");
		diag_at(&diag, shelf->lessons[i]->file, 0, 0);
		add_problem(shelf, &diag);
		lesson_free(shelf->lessons[i]);
	}
	shelf->count = kept;
	mem_free(cyclic);
}

static void add_language(struct shelf *shelf, const char *dir, const char *language)
{
	add_builtin(shelf, language);
	if (dir)
		add_subfolder(shelf, dir, language);
}

/* "zh_CN.UTF-8" without what follows the language and country. */
static char *plain_language(const char *language)
{
	size_t len = language ? strcspn(language, ".@/") : 0;

	if (!len || !strncmp(language, "C", len) || !strncmp(language, "POSIX", len))
		return xstrdup(FALLBACK_LANGUAGE);
	return xstrndup(language, len);
}

int shelf_open(const char *language, struct shelf *ret, struct diag *diag)
{
	struct shelf shelf = {.count = 0};
	const char *dir = getenv("CONVTUTOR_LESSONS");
	char *own = plain_language(language), *base = xstrndup(own, strcspn(own, "_"));

	(void)diag;
	if (dir && !*dir)
		dir = NULL;
	add_language(&shelf, dir, FALLBACK_LANGUAGE);
	if (strcmp(base, FALLBACK_LANGUAGE))
		add_language(&shelf, dir, base);
	if (strcmp(own, base))
		add_language(&shelf, dir, own);
	if (dir)
		add_folder(&shelf, dir);
	mem_free(own);
	mem_free(base);
	drop_cycles(&shelf);
	if (shelf.count)
		qsort(shelf.lessons, shelf.count, sizeof(*shelf.lessons), by_order);
	*ret = shelf;
	return 0;
}

void shelf_release(struct shelf *shelf)
{
	for (size_t i = 0; i < shelf->count; i++)
		lesson_free(shelf->lessons[i]);
	mem_free(shelf->lessons);
	mem_free(shelf->problems);
	*shelf = (struct shelf){.count = 0};
}

struct lesson *shelf_find(const struct shelf *shelf, const char *id)
{
	for (size_t i = 0; i < shelf->count; i++)
		if (!strcmp(shelf->lessons[i]->id, id))
			return shelf->lessons[i];
	return NULL;
}
