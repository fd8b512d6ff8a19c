// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * convtutor repl: the prompt without the screen. On a terminal lines are edited, with history and
 * completion; on a dumb one and from a pipe they are read as they come.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "cli/notebook_sink.h"
#include "data/dataset.h"
#include "ui/lineedit.h"

static const struct option_def options[] = {
    NOTEBOOK_LIMIT_OPTIONS,
    OPTION_END,
};

struct repl {
	struct notebook *nb;
	bool terminal; // someone types
	bool editing;  // and edits
	struct strbuf pending; // lines of a statement that is not complete
	int status;	       // of the last statement
	char *line;	       // getline's
	size_t cap;
};

/* -- lines ---------------------------------------------------------------------------------------- */

static char *strip(const char *line)
{
	size_t len = strlen(line);

	while (len > 0 && strchr(" \t\r\n", line[len - 1]))
		len--;
	return xstrndup(line, len);
}

static enum lineedit_outcome edit_line(const struct repl *repl, char **ret)
{
	struct strbuf initial = STRBUF_INIT;
	enum lineedit_outcome outcome;

	if (repl->pending.len)
		strbuf_add_repeat(&initial, ' ', (int)notebook_indent(repl->pending.data));
	outcome = lineedit_read(repl->pending.len ? "... " : ">>> ", initial.data ? initial.data : "", ret);
	strbuf_release(&initial);
	if (outcome == LINEEDIT_OUTCOME_END)
		putchar('\n');
	return outcome;
}

static enum lineedit_outcome next_line(struct repl *repl, char **ret)
{
	if (repl->editing)
		return edit_line(repl, ret);
	if (repl->terminal) {
		fputs(repl->pending.len ? "... " : ">>> ", stdout);
		fflush(stdout);
	}
	if (getline(&repl->line, &repl->cap, stdin) >= 0) {
		repl->line[strcspn(repl->line, "\r\n")] = '\0';
		*ret = xstrdup(repl->line);
		return LINEEDIT_OUTCOME_LINE;
	}
	if (repl->terminal)
		putchar('\n');
	return LINEEDIT_OUTCOME_END;
}

/* -- what a line does ------------------------------------------------------------------------------ */

static void explain(struct repl *repl, const char *name)
{
	struct strbuf text = STRBUF_INIT;
	struct diag diag;

	if (notebook_help(repl->nb, name, &text, &diag) < 0)
		cli_note("%s%s%s", diag.msg, diag.hint[0] ? ": " : "", diag.hint);
	fputs(text.data ? text.data : "", stdout);
	strbuf_release(&text);
}

/* help NAME, ?NAME, NAME?: the name, for the caller to free; NULL: the line asks for no help. */
static char *asked_name(const char *line)
{
	size_t len = strlen(line);

	if (!strcmp(line, "help") || !strcmp(line, "?"))
		return xstrdup("");
	if (!strncmp(line, "help ", 5))
		return xstrdup(line + 5 + strspn(line + 5, " "));
	if (line[0] == '?')
		return xstrdup(line + 1 + strspn(line + 1, " "));
	return len > 1 && line[len - 1] == '?' && !strpbrk(line, "'\"#") ? xstrndup(line, len - 1) : NULL;
}

static bool is_farewell(const char *line)
{
	static const char *const words[] = {"exit", "quit", "exit()", "quit()"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(line, words[i]))
			return true;
	return false;
}

/* True when the line was a word for the prompt itself. */
static bool obey_word(struct repl *repl, const char *line, bool *ret_leave)
{
	char *name;

	*ret_leave = is_farewell(line);
	if (*ret_leave)
		return true;
	if (!strcmp(line, "reset")) {
		notebook_reset(repl->nb);
		return true;
	}
	name = asked_name(line);
	if (!name)
		return false;
	explain(repl, name);
	mem_free(name);
	return true;
}

static void remember(const struct repl *repl, const char *text)
{
	char *entry;

	if (!repl->editing)
		return;
	entry = strip(text);
	lineedit_remember(entry);
	mem_free(entry);
}

static void run_pending(struct repl *repl)
{
	remember(repl, repl->pending.data);
	repl->status = notebook_sink_run(repl->nb, "<prompt>", repl->pending.data, true);
	strbuf_clear(&repl->pending);
}

/* True: leave. */
static bool take_line(struct repl *repl, const char *line)
{
	char *word = strip(line);
	bool leave = false, is_word = !repl->pending.len && obey_word(repl, word, &leave);

	if (is_word)
		remember(repl, word);
	mem_free(word);
	if (is_word)
		return leave;
	// A line of nothing but its indentation is an empty one.
	strbuf_addf(&repl->pending, "%s\n", line[strspn(line, " \t")] ? line : "");
	if (!notebook_is_incomplete(repl->pending.data))
		run_pending(repl);
	return false;
}

static void prompt(struct repl *repl)
{
	enum lineedit_outcome outcome;
	bool leave = false;
	char *line;

	while (!leave && (outcome = next_line(repl, &line)) != LINEEDIT_OUTCOME_END) {
		if (outcome == LINEEDIT_OUTCOME_DROPPED) {
			strbuf_clear(&repl->pending);
			continue;
		}
		leave = take_line(repl, line);
		mem_free(line);
	}
	if (repl->pending.len)
		run_pending(repl);
}

/* -- the command ----------------------------------------------------------------------------------- */

static void greet(void)
{
	const char *data = "synthetic garments", *slash;
	char *folder = NULL;

	if (dataset_find(NULL, &folder, NULL) == 0) {
		slash = strrchr(folder, '/');
		data = slash && slash[1] ? slash + 1 : folder;
	}
	printf("convtutor %s, data: %s. help() for help, Ctrl-D to leave\n", PACKAGE_VERSION, data);
	mem_free(folder);
}

static bool can_edit(const struct arguments *args)
{
	const char *term = getenv("TERM");

	return !args->plain && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term &&
	    strcmp(term, "dumb") != 0;
}

static void complete(void *self, const char *text, size_t *ret_start, void (*add)(void *to, const char *word),
    void *to)
{
	notebook_complete(self, text, ret_start, add, to);
}

static int cmd_repl_run(const struct arguments *args)
{
	struct repl repl = {.terminal = isatty(STDIN_FILENO), .editing = can_edit(args), .pending = STRBUF_INIT};
	struct diag diag;

	if (notebook_sink_open(args, &repl.nb, &diag) < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	if (repl.terminal)
		greet();
	if (repl.editing) {
		char *history = lineedit_history_path();

		lineedit_start_terminal(history, complete, repl.nb);
		mem_free(history);
	}
	prompt(&repl);
	if (repl.editing)
		lineedit_stop();
	notebook_sink_close(repl.nb);
	strbuf_release(&repl.pending);
	free(repl.line);
	return repl.terminal ? EXIT_STATUS_DONE : repl.status;
}

const struct command cmd_repl = {
    .name = "repl",
    .operands = "",
    .summary = "The prompt without the screen",
    .details = "Each statement is run when it is complete, the value of an expression is printed. A block\n"
	       "ends with an empty line. 'help NAME', '?NAME' or 'NAME?' explains a name, 'reset' forgets all\n"
	       "variables. On a terminal Tab completes, Up goes back in the history, Ctrl-C drops the line or\n"
	       "interrupts the program, Ctrl-D leaves. Not on a terminal the exit status is that of the last\n"
	       "statement.",
    .examples = "  echo 'torch.ones(2, 2) * 3' | convtutor repl\n",
    .options = options,
    .run = cmd_repl_run,
};
