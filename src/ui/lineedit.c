// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Readline's callback interface, fed key by key, with its output thrown away. Readline must neither
 * catch signals nor export LINES and COLUMNS, or curses would stop following resizes.
 */
#include "config.h"

#include "ui/lineedit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>
#include <readline/history.h>

#include "base/alloc.h"
#include "base/paths.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "ui/event.h"

#define HISTORY_MAX 1000

static struct {
	bool started;
	char *history_path;
	lineedit_complete_fn complete;
	void *complete_self;
	unsigned char queue[64]; // bytes of one key on their way to readline
	size_t queue_len, queue_at;
	char *accepted;
	bool has_accepted;
	struct strbuf matches;
	FILE *nowhere_in, *nowhere_out;
	char **words; // being collected for one completion
	size_t word_count;
} edit;

static int next_byte(FILE *stream)
{
	(void)stream;
	return edit.queue_at < edit.queue_len ? edit.queue[edit.queue_at++] : EOF;
}

/* Without this, readline asks the stream, and takes the end of /dev/null for a key. */
static int has_byte(void)
{
	return edit.queue_at < edit.queue_len;
}

static void draw_nothing(void)
{
}

static void accept_line(char *line)
{
	mem_free(edit.accepted);
	edit.accepted = line ? xstrdup(line) : NULL;
	edit.has_accepted = line != NULL;
	free(line);
}

static void collect_word(void *to, const char *word)
{
	(void)to;
	edit.words = xrealloc(edit.words, edit.word_count + 2, sizeof(*edit.words));
	edit.words[edit.word_count++] = xstrdup(word);
	edit.words[edit.word_count] = NULL;
}

static char *next_word(const char *prefix, int state)
{
	static size_t at;

	if (!state)
		at = 0;
	while (at < edit.word_count) {
		const char *word = edit.words[at++];

		if (!strncmp(word, prefix, strlen(prefix)))
			return strdup(word);
	}
	return NULL;
}

static char **complete_words(const char *prefix, int start, int end)
{
	char *text = xstrndup(rl_line_buffer, (size_t)end), **matches = NULL;
	size_t word_start = (size_t)start;

	rl_attempted_completion_over = 1;
	rl_completion_append_character = '\0';
	if (edit.complete)
		edit.complete(edit.complete_self, text, &word_start, collect_word, NULL);
	if (edit.word_count)
		matches = rl_completion_matches(prefix, next_word);
	for (size_t i = 0; i < edit.word_count; i++)
		mem_free(edit.words[i]);
	mem_free(edit.words);
	edit.words = NULL;
	edit.word_count = 0;
	mem_free(text);
	return matches;
}

static void keep_matches(char **matches, int count, int longest)
{
	(void)longest;
	strbuf_clear(&edit.matches);
	for (int i = 1; i <= count; i++)
		strbuf_addf(&edit.matches, "%s%s", i > 1 ? "  " : "", matches[i]);
}

static void set_up_readline(void)
{
	rl_readline_name = "convtutor";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_getc_function = next_byte;
	rl_input_available_hook = has_byte;
	rl_redisplay_function = draw_nothing;
	rl_attempted_completion_function = complete_words;
	rl_completion_display_matches_hook = keep_matches;
	rl_completer_word_break_characters = " \t\n\"'()[]{},:;=+-*/%<>!&|^~@.";
	rl_instream = edit.nowhere_in;
	rl_outstream = edit.nowhere_out;
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_variable_bind("completion-query-items", "0");
	rl_variable_bind("show-all-if-ambiguous", "on");
	rl_callback_handler_install("", accept_line);
}

void lineedit_start(const char *history, lineedit_complete_fn complete, void *self)
{
	if (edit.started)
		BUG("the line editor is started twice");
	strbuf_init(&edit.matches);
	edit.started = true;
	edit.complete = complete;
	edit.complete_self = self;
	edit.nowhere_in = fopen("/dev/null", "r");
	edit.nowhere_out = fopen("/dev/null", "w");
	if (!edit.nowhere_in || !edit.nowhere_out)
		die("cannot open /dev/null");
	set_up_readline();
	using_history();
	stifle_history(HISTORY_MAX);
	if (history) {
		edit.history_path = xstrdup(history);
		read_history(history);
	}
}

void lineedit_stop(void)
{
	if (!edit.started)
		return;
	if (edit.history_path && history_length > 0 &&
	    paths_make_parents(edit.history_path, NULL) == 0)
		write_history(edit.history_path);
	rl_callback_handler_remove();
	clear_history();
	mem_free(edit.history_path);
	mem_free(edit.accepted);
	strbuf_release(&edit.matches);
	fclose(edit.nowhere_in);
	fclose(edit.nowhere_out);
	memset(&edit, 0, sizeof(edit));
}

/* The bytes that readline has bound to a key. */
static size_t key_bytes(uint32_t key, unsigned char *bytes)
{
	static const struct {
		uint32_t key;
		const char *bytes;
	} table[] = {
		{KEY_ARROW_UP, "\033[A"}, {KEY_ARROW_DOWN, "\033[B"}, {KEY_ARROW_RIGHT, "\033[C"},
		{KEY_ARROW_LEFT, "\033[D"}, {KEY_FIRST, "\001"}, {KEY_LAST, "\005"},
		{KEY_DELETE, "\033[3~"}, {KEY_ERASE, "\177"}, {KEY_ENTER_RETURN, "\r"},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (table[i].key == key) {
			memcpy(bytes, table[i].bytes, strlen(table[i].bytes));
			return strlen(table[i].bytes);
		}
	}
	return key > 0 && key < 0x110000 ? utf8_encode(key, (char *)bytes) : 0;
}

void lineedit_key(uint32_t key)
{
	strbuf_clear(&edit.matches);
	edit.queue_at = 0;
	edit.queue_len = key_bytes(key, edit.queue);
	while (edit.queue_at < edit.queue_len)
		rl_callback_read_char();
}

const char *lineedit_text(void)
{
	return rl_line_buffer ? rl_line_buffer : "";
}

size_t lineedit_cursor(void)
{
	return (size_t)rl_point;
}

void lineedit_set(const char *text)
{
	rl_replace_line(text, 1);
	rl_point = rl_end;
}

char *lineedit_take(bool remember)
{
	char *line = edit.accepted;

	if (!edit.has_accepted)
		return NULL;
	edit.accepted = NULL;
	edit.has_accepted = false;
	if (remember && line[strspn(line, " \t")]) {
		add_history(line);
		using_history(); // Up begins behind the newest line
	}
	return line;
}

const char *lineedit_matches(void)
{
	return edit.matches.data ? edit.matches.data : "";
}
