// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The file:
 *
 *	{"format": "convtutor progress", "version": 1, "last": "edges",
 *	 "lessons": {"edges": {"step": 3, "seen": 5, "done": false,
 *	             "answers": {"first-edge": {"state": "right", "text": "1"}}}}}
 *
 * It is kept in memory as that JSON. Members that this version does not know are kept as they are.
 */
#include "config.h"

#include "lesson/progress.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/paths.h"

#define PROGRESS_FORMAT "convtutor progress"
#define PROGRESS_VERSION 1
#define BYTES_MAX (4 * 1024 * 1024)
#define TEXT_MAX 1000 // bytes of an answer that are kept

struct progress {
	char *path; // NULL: memory only
	json_t *root;
};

static const char *const state_names[] = {
	[ANSWER_STATE_OPEN] = "open",
	[ANSWER_STATE_RIGHT] = "right",
	[ANSWER_STATE_SHOWN] = "shown",
	[ANSWER_STATE_SKIPPED] = "skipped",
};

static json_t *fresh_root(void)
{
	return json_pack("{s:s, s:i, s:s, s:{}}", "format", PROGRESS_FORMAT, "version", PROGRESS_VERSION, "last", "",
	    "lessons");
}

static bool answers_are_sound(const json_t *answers)
{
	const char *id;
	json_t *answer;

	json_object_foreach((json_t *)answers, id, answer)
		if (!json_is_string(json_object_get(answer, "state")))
			return false;
	return true;
}

static bool lesson_is_sound(const json_t *lesson)
{
	const json_t *step = json_object_get(lesson, "step"), *done = json_object_get(lesson, "done");
	const json_t *answers = json_object_get(lesson, "answers");

	return json_is_object(lesson) && (!step || json_is_integer(step)) &&
	       (!done || json_is_boolean(done)) &&
	       (!answers || (json_is_object(answers) && answers_are_sound(answers)));
}

static int check_root(const json_t *root, struct diag *diag)
{
	const json_t *format = json_object_get(root, "format"), *lesson;
	const json_t *version = json_object_get(root, "version");
	json_t *lessons = json_object_get(root, "lessons");
	const char *id;

	if (!json_is_string(format) || strcmp(json_string_value(format), PROGRESS_FORMAT) ||
	    !json_is_integer(version) || !json_is_object(lessons) ||
	    !json_is_string(json_object_get(root, "last")))
		return diag_set(diag, ERR_FORMAT, "not a progress file");
	if (json_integer_value(version) != PROGRESS_VERSION)
		return diag_set(diag, ERR_UNSUPPORTED, "written by another version of the program");
	json_object_foreach(lessons, id, lesson)
		if (!lesson_is_sound(lesson))
			return diag_set(diag, ERR_FORMAT, "the entry of lesson '%.40s' is damaged",
			    id);
	return 0;
}

static int parse(const char *bytes, size_t len, json_t **ret, struct diag *diag)
{
	json_error_t error;
	json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &error);
	int r;

	if (!root)
		return diag_set(diag, ERR_FORMAT, "line %d: %s", error.line, error.text);
	r = check_root(root, diag);
	if (r < 0) {
		json_decref(root);
		return r;
	}
	*ret = root;
	return 0;
}

/* A name that is still free: PATH.damaged, PATH.damaged-2, ... */
static char *aside_name(const char *path)
{
	char *name = xasprintf("%s.damaged", path);

	for (int n = 2; paths_exists(name) && n < 1000; n++) {
		mem_free(name);
		name = xasprintf("%s.damaged-%d", path, n);
	}
	return name;
}

/* Move a file that cannot be used out of the way; where that fails, nothing may be written over it. */
static int put_aside(struct progress *progress, int code, const char *why, struct diag *diag)
{
	char *aside = aside_name(progress->path);

	if (rename(progress->path, aside) == 0) {
		diag_set(diag, code, "the progress file cannot be used (%s); you start afresh", why);
		diag_hint(diag, "it is kept as %s", aside);
	} else {
		diag_set(diag, code, "the progress file '%s' cannot be used (%s)", progress->path,
		    why);
		diag_hint(diag, "progress is not saved until it is moved away");
		mem_free(progress->path);
		progress->path = NULL;
	}
	mem_free(aside);
	return code;
}

static int load(struct progress *progress, struct diag *diag)
{
	struct diag why = {.code = 0};
	char *bytes;
	size_t len;
	int r = file_read(progress->path, BYTES_MAX, &bytes, &len, &why);

	if (r == ERR_NOT_FOUND)
		return 0;
	if (r < 0)
		return put_aside(progress, r, why.msg, diag);
	json_t *root = NULL;
	r = parse(bytes, len, &root, &why);
	mem_free(bytes);
	if (r < 0)
		return put_aside(progress, r, why.msg, diag);
	json_decref(progress->root);
	progress->root = root;
	return 0;
}

static char *default_path(void)
{
	char *dir = paths_user(PATHS_STATE), *path;

	if (!dir)
		return NULL;
	path = paths_join(dir, "progress.json");
	mem_free(dir);
	return path;
}

int progress_open(const char *path, struct progress **ret, struct diag *diag)
{
	struct progress *progress = xzalloc(1, sizeof(*progress));

	progress->path = !path ? default_path() : *path ? xstrdup(path) : NULL;
	progress->root = fresh_root();
	if (!progress->root)
		die("out of memory");
	*ret = progress;
	if (progress->path)
		return load(progress, diag);
	if (path)
		return 0;
	diag_set(diag, ERR_NOT_FOUND, "no folder to keep your progress in");
	diag_hint(diag, "set HOME or XDG_STATE_HOME");
	return ERR_NOT_FOUND;
}

void progress_free(struct progress *progress)
{
	if (!progress)
		return;
	json_decref(progress->root);
	mem_free(progress->path);
	mem_free(progress);
}

int progress_save(struct progress *progress, struct diag *diag)
{
	char *bytes;
	int r;

	if (!progress->path)
		return 0;
	bytes = json_dumps(progress->root, JSON_INDENT(1) | JSON_SORT_KEYS);
	if (!bytes)
		return diag_set(diag, ERR_NOMEM, "out of memory while saving your progress");
	r = paths_make_parents(progress->path, diag);
	if (r == 0)
		r = file_write(progress->path, bytes, strlen(bytes), diag);
	free(bytes);
	return r;
}

static json_t *lessons_of(const struct progress *progress)
{
	return json_object_get(progress->root, "lessons");
}

void progress_reset(struct progress *progress, const char *lesson)
{
	json_t *lessons = lessons_of(progress);

	if (lesson) {
		json_object_del(lessons, lesson);
		return;
	}
	json_object_clear(lessons);
	json_object_set_new(progress->root, "last", json_string(""));
}

static json_t *lesson_of(const struct progress *progress, const char *lesson)
{
	return json_object_get(lessons_of(progress), lesson);
}

/* The member `key` of an object, made an object where it is not there. */
static json_t *object_in(json_t *parent, const char *key)
{
	json_t *child = json_object_get(parent, key);

	if (json_is_object(child))
		return child;
	json_object_set_new(parent, key, json_object());
	return json_object_get(parent, key);
}

static json_t *make_lesson(struct progress *progress, const char *lesson)
{
	return object_in(lessons_of(progress), lesson);
}

static size_t number_of(const json_t *lesson, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(lesson, key));

	return value > 0 && value < 10000 ? (size_t)value : 0;
}

size_t progress_step(const struct progress *progress, const char *lesson)
{
	return number_of(lesson_of(progress, lesson), "step");
}

size_t progress_seen(const struct progress *progress, const char *lesson)
{
	return number_of(lesson_of(progress, lesson), "seen");
}

void progress_set_step(struct progress *progress, const char *lesson, size_t step)
{
	json_t *entry = make_lesson(progress, lesson);

	json_object_set_new(entry, "step", json_integer((json_int_t)step));
	if (step + 1 > number_of(entry, "seen"))
		json_object_set_new(entry, "seen", json_integer((json_int_t)step + 1));
	json_object_set_new(progress->root, "last", json_string(lesson));
}

const char *progress_last_lesson(const struct progress *progress)
{
	const char *last = json_string_value(json_object_get(progress->root, "last"));

	return last ? last : "";
}

bool progress_is_done(const struct progress *progress, const char *lesson)
{
	return json_is_true(json_object_get(lesson_of(progress, lesson), "done"));
}

void progress_set_done(struct progress *progress, const char *lesson, bool done)
{
	json_object_set_new(make_lesson(progress, lesson), "done", json_boolean(done));
}

enum answer_state progress_answer(const struct progress *progress, const char *lesson,
    const char *question, const char **ret_text)
{
	const json_t *answer = json_object_get(
	    json_object_get(lesson_of(progress, lesson), "answers"), question);
	const char *state = json_string_value(json_object_get(answer, "state"));
	const char *text = json_string_value(json_object_get(answer, "text"));

	if (ret_text)
		*ret_text = text ? text : "";
	for (size_t i = 0; state && i < ARRAY_LEN(state_names); i++)
		if (!strcmp(state_names[i], state))
			return (enum answer_state)i;
	return ANSWER_STATE_OPEN;
}

void progress_set_answer(struct progress *progress, const char *lesson, const char *question,
    enum answer_state state, const char *text)
{
	json_t *answers = object_in(make_lesson(progress, lesson), "answers");
	json_t *answer = json_object();

	json_object_set_new(answer, "state", json_string(state_names[state]));
	if (text) {
		json_t *kept = strlen(text) <= TEXT_MAX ? json_string(text) : NULL;

		json_object_set_new(answer, "text", kept ? kept : json_string(""));
	}
	json_object_set_new(answers, question, answer);
}
