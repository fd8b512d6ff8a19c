// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/learning.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/paths.h"
#include "cli/command.h"
#include "ui/app.h"

static void notice(struct learning *learning, const struct diag *diag)
{
	if (learning->notice.len)
		strbuf_add(&learning->notice, "; ");
	diag_format(diag, &learning->notice);
}

int learning_open(const struct arguments *args, bool scratch, struct learning *ret, struct diag *diag)
{
	struct learning learning = {.notice = STRBUF_INIT};
	struct diag problem;
	int r = shelf_open(args->lang ? args->lang : "en", &learning.shelf, diag);

	if (r < 0)
		return r;
	for (size_t i = 0; i < learning.shelf.problem_count; i++)
		notice(&learning, &learning.shelf.problems[i]);
	if (progress_open(scratch ? "" : NULL, &learning.progress, &problem) < 0)
		notice(&learning, &problem);
	*ret = learning;
	return 0;
}

void learning_release(struct learning *learning)
{
	progress_free(learning->progress);
	shelf_release(&learning->shelf);
	strbuf_release(&learning->notice);
}

static int no_such_lesson(const struct learning *learning, const char *id, struct diag *diag)
{
	struct strbuf ids = STRBUF_INIT;
	int r = diag_set(diag, ERR_USAGE, "there is no lesson '%s'", id);

	for (size_t i = 0; i < learning->shelf.count; i++)
		strbuf_addf(&ids, "%s%s", i ? ", " : "", learning->shelf.lessons[i]->id);
	diag_hint(diag, "lessons: %s; or name a file", ids.data);
	strbuf_release(&ids);
	return r;
}

static int check_step(const struct lesson *lesson, size_t step, struct diag *diag)
{
	if (step == APP_STEP_RESUME || step < lesson->step_count)
		return 0;
	return diag_set(diag, ERR_USAGE, "the lesson '%s' has %zu steps", lesson->id, lesson->step_count);
}

int learning_find(const struct learning *learning, const char *operand, const struct lesson **ret,
    struct lesson **ret_owned, size_t *ret_step, struct diag *diag)
{
	size_t len = strlen(operand);
	const char *colon = strrchr(operand, ':');
	char *id = xstrdup(operand), *end = NULL;
	int r;

	*ret_owned = NULL;
	*ret_step = APP_STEP_RESUME;
	if (colon && colon[1] && !paths_exists(operand)) {
		unsigned long step = strtoul(colon + 1, &end, 10);

		if (!*end && step >= 1 && step < INT_MAX) {
			*ret_step = step - 1;
			len = (size_t)(colon - operand);
			id[len] = '\0';
		}
	}
	if (strchr(id, '/') || (len > 3 && !strcmp(id + len - 3, ".md"))) {
		r = lesson_read(id, ret_owned, diag);
		*ret = *ret_owned;
	} else {
		*ret = shelf_find(&learning->shelf, id);
		r = *ret ? 0 : no_such_lesson(learning, id, diag);
	}
	mem_free(id);
	return r < 0 ? r : check_step(*ret, *ret_step, diag);
}
