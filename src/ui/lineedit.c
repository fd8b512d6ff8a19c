// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * On the screen: readline's callback interface, fed key by key, with its output thrown away. Readline
 * must neither catch signals nor export LINES and COLUMNS, or curses would stop following resizes.
 *
 * On a terminal: readline() with a function of our own that reads bytes, so that a signal which arrives
 * while it waits is handled here: Ctrl-C drops the line, Ctrl-Z stops the program with the terminal as
 * it was, a resize redraws the line, SIGTERM and SIGHUP end the input.
 */
#include "config.h"

#include "ui/lineedit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>
#include <readline/history.h>

#include "base/alloc.h"
#include "base/paths.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "ui/event.h"

#define HISTORY_MAX 1000
#define INDENT 4

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
	bool on_terminal;
	const char *initial; // of the line that is about to be read
	bool dropped;
	sigset_t while_waiting; // the signal mask outside: signals get through only while we wait
	unsigned long sync_count;
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

static void forget_words(void)
{
	for (size_t i = 0; i < edit.word_count; i++)
		mem_free(edit.words[i]);
	mem_free(edit.words);
	edit.words = NULL;
	edit.word_count = 0;
}

/*
 * Asked before each completion where words break: collects the words, too, since what they are says
 * it. Names break at every sign, the names of files at quotes and slashes only.
 */
static char *word_breaks(void)
{
	static char of_names[] = " \t\n\"'()[]{},:;=+-*/%<>!&|^~@.", of_files[] = "\"'/";
	char *text = xstrndup(rl_line_buffer, (size_t)rl_point);
	size_t start = (size_t)rl_point;
	bool is_file;

	forget_words();
	if (edit.complete)
		edit.complete(edit.complete_self, text, &start, collect_word, NULL);
	is_file = edit.word_count && start > 0 && strchr(of_files, text[start - 1]) && text[start - 1] != '/';
	if (edit.word_count && start > 0 && text[start - 1] == '/')
		is_file = strpbrk(text, "\"'") != NULL;
	mem_free(text);
	return is_file ? of_files : of_names;
}

static char **complete_words(const char *prefix, int start, int end)
{
	char **matches = NULL;

	(void)start;
	(void)end;
	rl_attempted_completion_over = 1;
	rl_completion_append_character = '\0';
	if (edit.word_count)
		matches = rl_completion_matches(prefix, next_word);
	forget_words();
	return matches;
}

static bool is_indentation(int end)
{
	int start = end;

	while (start > 0 && rl_line_buffer[start - 1] != '\n')
		start--;
	return (int)strspn(rl_line_buffer + start, " ") >= end - start;
}

static int column(void)
{
	int start = rl_point;

	while (start > 0 && rl_line_buffer[start - 1] != '\n')
		start--;
	return rl_point - start;
}

static int press_tab(int count, int key)
{
	if (!is_indentation(rl_point))
		return rl_complete(count, key);
	for (int i = column() % INDENT; i < INDENT; i++)
		rl_insert_text(" ");
	return 0;
}

static int press_erase(int count, int key)
{
	if (column() == 0 || !is_indentation(rl_point))
		return rl_rubout(count, key);
	return rl_rubout(column() % INDENT ? column() % INDENT : INDENT, key);
}

static void keep_matches(char **matches, int count, int longest)
{
	(void)longest;
	strbuf_clear(&edit.matches);
	for (int i = 1; i <= count; i++)
		strbuf_addf(&edit.matches, "%s%s", i > 1 ? "  " : "", matches[i]);
}

char *lineedit_history_path(void)
{
	char *state = paths_user(PATHS_STATE), *path = state ? paths_join(state, "history") : NULL;

	mem_free(state);
	return path;
}

/* What both forms share. */
static void set_up_readline(void)
{
	rl_readline_name = "convtutor";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_attempted_completion_function = complete_words;
	rl_completion_word_break_hook = word_breaks;
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("show-all-if-ambiguous", "on");
	rl_initialize();
	rl_bind_key('\t', press_tab);
	rl_bind_key('\177', press_erase);
	rl_bind_key(KEY_CTRL('h'), press_erase);
}

static void set_up_screen(void)
{
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_getc_function = next_byte;
	rl_input_available_hook = has_byte;
	rl_redisplay_function = draw_nothing;
	rl_completion_display_matches_hook = keep_matches;
	rl_instream = edit.nowhere_in;
	rl_outstream = edit.nowhere_out;
	set_up_readline();
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_variable_bind("completion-query-items", "0");
	rl_callback_handler_install("", accept_line);
}

static void start(const char *history, lineedit_complete_fn complete, void *self)
{
	if (edit.started)
		BUG("the line editor is started twice");
	strbuf_init(&edit.matches);
	edit.started = true;
	edit.complete = complete;
	edit.complete_self = self;
	using_history();
	stifle_history(HISTORY_MAX);
	history_write_timestamps = 1; // they keep the lines of an entry together
	history_comment_char = '#';
	if (history) {
		edit.history_path = xstrdup(history);
		read_history(history);
	}
}

void lineedit_start(const char *history, lineedit_complete_fn complete, void *self)
{
	start(history, complete, self);
	edit.nowhere_in = fopen("/dev/null", "r");
	edit.nowhere_out = fopen("/dev/null", "w");
	if (!edit.nowhere_in || !edit.nowhere_out)
		die("cannot open /dev/null");
	set_up_screen();
}

void lineedit_stop(void)
{
	if (!edit.started)
		return;
	if (edit.history_path && history_length > 0 &&
	    paths_make_parents(edit.history_path, NULL) == 0)
		write_history(edit.history_path);
	if (!edit.on_terminal) {
		rl_callback_handler_remove();
		fclose(edit.nowhere_in);
		fclose(edit.nowhere_out);
	}
	clear_history();
	forget_words();
	mem_free(edit.history_path);
	mem_free(edit.accepted);
	strbuf_release(&edit.matches);
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

void lineedit_insert(const char *text)
{
	rl_insert_text(text);
}

char *lineedit_take(bool remember)
{
	char *line = edit.accepted;

	if (!edit.has_accepted)
		return NULL;
	edit.accepted = NULL;
	edit.has_accepted = false;
	if (remember)
		lineedit_remember(line);
	return line;
}

void lineedit_remember(const char *text)
{
	const HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;

	if (!text[strspn(text, " \t\n")])
		return;
	if (!last || strcmp(last->line, text) != 0)
		add_history(text);
	using_history(); // Up begins behind the newest line
}

const char *lineedit_matches(void)
{
	return edit.matches.data ? edit.matches.data : "";
}

/* -- on a terminal -------------------------------------------------------------------------------- */

static const int line_signals[] = {SIGINT, SIGTSTP, SIGWINCH, SIGTERM, SIGHUP};
static volatile sig_atomic_t arrived[ARRAY_LEN(line_signals)];

static void note_signal(int number)
{
	for (size_t i = 0; i < ARRAY_LEN(line_signals); i++)
		if (line_signals[i] == number)
			arrived[i] = 1;
}

static bool take_signal(int number)
{
	for (size_t i = 0; i < ARRAY_LEN(line_signals); i++) {
		if (line_signals[i] != number || !arrived[i])
			continue;
		arrived[i] = 0;
		return true;
	}
	return false;
}

/* Ctrl-Z: out of the terminal, stop, and back into it. */
static void stop_for_a_while(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL}, ours;
	sigset_t held;

	rl_cleanup_after_signal();
	sigaction(SIGTSTP, &standard, &ours);
	raise(SIGTSTP);
	sigprocmask(SIG_SETMASK, &edit.while_waiting, &held); // here it stops
	sigprocmask(SIG_SETMASK, &held, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	rl_reset_after_signal();
	rl_forced_update_display();
}

static int drop_line(void)
{
	rl_point = rl_end;
	rl_redisplay();
	fputs("^C", rl_outstream);
	edit.dropped = true;
	return '\r';
}

/* What readline takes for a key after the signals that have arrived; 0: they are dealt with, wait on. */
static int obey_signals(void)
{
	if (take_signal(SIGWINCH))
		rl_resize_terminal();
	if (take_signal(SIGTSTP))
		stop_for_a_while();
	if (take_signal(SIGINT))
		return drop_line();
	if (take_signal(SIGTERM) || take_signal(SIGHUP)) {
		rl_replace_line("", 1);
		return EOF;
	}
	return 0;
}

/* For tests: says that a key is waited for. */
static void mark_wait(void)
{
	struct pollfd in = {STDIN_FILENO, POLLIN, 0};

	if (!getenv("CONVTUTOR_SYNC") || poll(&in, 1, 0) != 0)
		return;
	fprintf(rl_outstream, "\033]777;convtutor;%lu\007", ++edit.sync_count);
	fflush(rl_outstream);
}

static int terminal_byte(FILE *stream)
{
	unsigned char byte;

	(void)stream;
	for (;;) {
		struct pollfd in = {STDIN_FILENO, POLLIN, 0};
		int key = obey_signals();

		if (key)
			return key;
		mark_wait();
		if (ppoll(&in, 1, NULL, &edit.while_waiting) < 0 && errno == EINTR)
			continue;
		return read(STDIN_FILENO, &byte, 1) == 1 ? byte : EOF;
	}
}

static int put_initial(void)
{
	rl_insert_text(edit.initial);
	return 0;
}

void lineedit_start_terminal(const char *history, lineedit_complete_fn complete, void *self)
{
	start(history, complete, self);
	edit.on_terminal = true;
	rl_instream = stdin;
	rl_outstream = stdout;
	rl_getc_function = terminal_byte;
	rl_startup_hook = put_initial;
	set_up_readline();
	rl_variable_bind("enable-bracketed-paste", "on");
}

/* From here on the signals are ours, and held back but for the waits. */
static void take_signals(struct sigaction *ret_theirs)
{
	struct sigaction ours = {.sa_handler = note_signal};
	sigset_t held;

	sigemptyset(&ours.sa_mask);
	sigemptyset(&held);
	for (size_t i = 0; i < ARRAY_LEN(line_signals); i++)
		sigaddset(&held, line_signals[i]);
	sigprocmask(SIG_BLOCK, &held, &edit.while_waiting);
	for (size_t i = 0; i < ARRAY_LEN(line_signals); i++) {
		arrived[i] = 0;
		sigaction(line_signals[i], &ours, &ret_theirs[i]);
	}
}

enum lineedit_outcome lineedit_read(const char *prompt, const char *initial, char **ret)
{
	struct sigaction theirs[ARRAY_LEN(line_signals)];
	char *line;

	edit.initial = initial;
	edit.dropped = false;
	take_signals(theirs);
	line = readline(prompt);
	for (size_t i = 0; i < ARRAY_LEN(line_signals); i++)
		sigaction(line_signals[i], &theirs[i], NULL);
	sigprocmask(SIG_SETMASK, &edit.while_waiting, NULL);
	if (line && !edit.dropped)
		*ret = xstrdup(line);
	free(line);
	return edit.dropped ? LINEEDIT_OUTCOME_DROPPED : line ? LINEEDIT_OUTCOME_LINE : LINEEDIT_OUTCOME_END;
}
