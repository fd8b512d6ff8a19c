// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor list: the lessons and how far the learner has come. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/learning.h"

static void print_json(const struct learning *learning)
{
	json_t *array = json_array();

	for (size_t i = 0; i < learning->shelf.count; i++) {
		const struct lesson *lesson = learning->shelf.lessons[i];
		bool done = progress_is_done(learning->progress, lesson->id);
		size_t step = progress_step(learning->progress, lesson->id);

		json_array_append_new(array,
		    json_pack("{s:s, s:s, s:i, s:b, s:i}", "id", lesson->id, "title", lesson->title,
			"steps", (int)lesson->step_count, "done", done, "step", (int)step + 1));
	}
	json_dumpf(array, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(array);
}

static void print_table(const struct learning *learning)
{
	for (size_t i = 0; i < learning->shelf.count; i++) {
		const struct lesson *lesson = learning->shelf.lessons[i];
		size_t step = progress_step(learning->progress, lesson->id);
		char state[32] = "";

		if (progress_is_done(learning->progress, lesson->id))
			snprintf(state, sizeof(state), "done");
		else if (step)
			snprintf(state, sizeof(state), "step %zu", step + 1);
		printf("%-18s %2zu steps  %-8s  %s\n", lesson->id, lesson->step_count, state, lesson->title);
	}
}

static int run_list(const struct arguments *args)
{
	struct learning learning;
	struct diag diag;

	if (learning_open(args, false, &learning, &diag) < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	if (learning.notice.len)
		cli_note("%s", learning.notice.data);
	if (args->json)
		print_json(&learning);
	else
		print_table(&learning);
	learning_release(&learning);
	return EXIT_STATUS_DONE;
}

const struct command cmd_list = {
	.name = "list",
	.operands = "",
	.summary = "List the lessons and your progress",
	.details = "With --json: an array of objects with id, title, steps, done and the step to resume at.",
	.run = run_list,
};
