// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The language, as data. A file in cases/ holds groups of lines with an empty line between them: a
 * program, a line of three dots, and what it prints. After the three dots
 *
 *	! text		the error must contain the text
 *	!at 2:7		its line and column
 *	!hint text	its hint must contain the text
 *	!then x == 3	an expression that is true afterwards, in the same notebook
 *
 * Lines that begin with # between groups are remarks, but for "#limits memory=8 seconds=0.1
 * recursion=50 output=1000 interrupt=0.1 files": MiB, seconds, calls, bytes, seconds until an interrupt
 * comes, and leave to use the scratch folder. An empty line within a program or its output is
 * written as a single backslash. What the errors said is kept: messages.h asks whether each message
 * in the sources has its case. make-cases asks Python for the output, and where Python differs on
 * purpose a remark says "# ours: why".
 */
#include "config.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "notebook/messages.h"
#include "notebook/notebook_internal.h"
#include "support/check.h"

#define UNCOVERED 12 // messages still without a case: may shrink, never grow
#define STOP_WITHIN 0.5 // seconds of computing between an interrupt and the end; far less is usual

struct group {
	int line;
	bool files;
	double interrupt;
	struct nb_limits limits;
	struct strbuf program, expected, error, place, hint, then;
};

static struct messages seen;
static struct notebook *running;
static double interrupted_at;

static double computed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void interrupt(int signal)
{
	(void)signal;
	interrupted_at = computed();
	notebook_interrupt(running);
}

static void set_timer(double seconds)
{
	struct itimerval timer = {.it_value = {.tv_usec = (suseconds_t)(seconds * 1e6)}};

	signal(SIGALRM, interrupt);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void take_text(void *self, const char *bytes, size_t len)
{
	strbuf_addn(self, bytes, len);
}

// What must hold after the program: the notebook lives, and the expression given is true.
static bool lives_on(struct notebook *nb, const struct group *group)
{
	struct strbuf text = STRBUF_INIT;
	struct diag diag = {.code = 0};
	bool ok = notebook_format(nb, group->then.len ? group->then.data : "6 * 7 == 42", NULL, &text, &diag) == 0 &&
	    strcmp(text.data, "True") == 0;

	if (!ok)
		print_error("afterwards: %s%s\n", text.data, diag.msg);
	strbuf_release(&text);
	return ok;
}

static bool fails_as_said(const struct group *group, const struct diag *diag)
{
	char place[32];

	snprintf(place, sizeof(place), "%d:%d", diag->line, diag->col);
	return strstr(diag->msg, group->error.data) && strstr(diag->hint, group->hint.data) &&
	    (!group->place.len || strcmp(group->place.data, place) == 0);
}

static void complain(const char *file, const struct group *group, const struct diag *diag, const char *out)
{
	print_error("%s:%d:\n%s--- expected\n%s", file, group->line, group->program.data, group->expected.data);
	print_error("! %s\n!at %s\n!hint %s\n--- got\n%s", group->error.data, group->place.data, group->hint.data, out);
	print_error("! %s\n!at %d:%d\n!hint %s\n\n", diag->msg, diag->line, diag->col, diag->hint);
}

static bool run_group(const char *file, const struct group *group)
{
	struct strbuf out = STRBUF_INIT;
	struct nb_sink sink = {.self = &out, .text = take_text};
	struct diag diag = {.code = 0};
	bool ok;
	int r;

	assert_int_equal(notebook_new(&sink, &group->limits, &running, NULL), 0);
	interrupted_at = 0;
	if (group->interrupt > 0)
		set_timer(group->interrupt);
	r = notebook_run(running, "case", group->program.data, true, NULL, &diag);
	ok = (r < 0) == (group->error.len > 0);
	if (r < 0) {
		messages_add(&seen, &diag);
		ok = ok && fails_as_said(group, &diag);
	}
	if (group->interrupt > 0 && !(computed() - interrupted_at < STOP_WITHIN)) {
		print_error("it took %g seconds to stop\n", computed() - interrupted_at);
		ok = false;
	}
	ok = ok && strcmp(out.data, group->expected.data) == 0;
	if (!ok)
		complain(file, group, &diag, out.data);
	ok = lives_on(running, group) && ok;
	if (notebook__free(running)) {
		print_error("%s:%d: a reference count is wrong\n", file, group->line);
		ok = false;
	}
	strbuf_release(&out);
	return ok;
}

static void set_limits(struct group *group, const char *text)
{
	char *copy = xstrdup(text), *rest = copy;

	for (const char *word; (word = strtok_r(rest, " ", &rest));) {
		const char *value = strchr(word, '=') ? strchr(word, '=') + 1 : "";

		if (strncmp(word, "memory=", 7) == 0)
			group->limits.memory_bytes = (size_t)(atof(value) * 0x1p20);
		else if (strncmp(word, "seconds=", 8) == 0)
			group->limits.seconds = atof(value);
		else if (strncmp(word, "recursion=", 10) == 0)
			group->limits.recursion = atoi(value);
		else if (strncmp(word, "output=", 7) == 0)
			group->limits.output_bytes = (size_t)atol(value);
		else if (strncmp(word, "interrupt=", 10) == 0)
			group->interrupt = atof(value);
		else if (strcmp(word, "files") == 0)
			group->limits.files = true;
		else
			fail_msg("line %d: there is no limit %s", group->line, word);
	}
	mem_free(copy);
}

static struct strbuf *texts(struct group *group, size_t i)
{
	struct strbuf *all[] = {&group->program, &group->expected, &group->error, &group->place, &group->hint,
	    &group->then};

	return i < ARRAY_LEN(all) ? all[i] : NULL;
}

static void start(struct group *group, int line)
{
	*group = (struct group){.line = line};
	group->limits = (struct nb_limits){.seconds = 20, .memory_bytes = 64 << 20, .output_bytes = 1 << 20};
	for (size_t i = 0; texts(group, i); i++)
		strbuf_init(texts(group, i));
}

static void release(struct group *group)
{
	for (size_t i = 0; texts(group, i); i++)
		strbuf_release(texts(group, i));
}

// A line after the three dots.
static void add_result(struct group *group, const char *line)
{
	static const char *const marks[] = {"! ", "!at ", "!hint ", "!then "};
	struct strbuf *into[] = {&group->error, &group->place, &group->hint, &group->then};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (strncmp(line, marks[i], strlen(marks[i])) == 0) {
			strbuf_add(into[i], line + strlen(marks[i]));
			return;
		}
	strbuf_addf(&group->expected, "%s\n", strcmp(line, "\\") == 0 ? "" : line);
}

static void add_line(struct group *group, const char *line, bool *output)
{
	if (strcmp(line, "...") == 0)
		*output = true;
	else if (*output)
		add_result(group, line);
	else if (!group->program.len && strncmp(line, "#limits ", 8) == 0)
		set_limits(group, line + 8);
	else if (group->program.len || *line != '#')
		strbuf_addf(&group->program, "%s\n", strcmp(line, "\\") == 0 ? "" : line);
}

static int run_file(const char *path, int *count)
{
	char *data, *at, *end;
	size_t len;
	struct group group;
	bool output = false;
	int failed = 0, line = 1;

	assert_int_equal(file_read(path, 4 << 20, &data, &len, NULL), 0);
	start(&group, 1);
	for (at = data; at < data + len; at = end + 1, line++) {
		end = strchr(at, '\n');
		if (!end)
			end = data + len;
		*end = '\0';
		if (*at)
			add_line(&group, at, &output);
		if (*at && end + 1 < data + len)
			continue;
		if (group.program.len) {
			failed += !run_group(path, &group);
			++*count;
		}
		release(&group);
		start(&group, line + 1);
		output = false;
	}
	release(&group);
	mem_free(data);
	return failed;
}

// The scratch folder where cases may read and write, with what file escapes need.
static void enter_scratch(void)
{
	const char *marker = check_scratch_path("cases/marker");
	char *dir = xstrndup(marker, strlen(marker) - strlen("/marker"));

	mkdir(dir, 0700);
	assert_int_equal(chdir(dir), 0);
	mem_free(dir);
	unlink("link.npy");
	unlink("fifo.npy");
	assert_int_equal(symlink("/etc/hostname", "link.npy"), 0);
	assert_int_equal(mkfifo("fifo.npy", 0600), 0);
	mkdir("folder.npy", 0700);
}

static void test_every_case_prints_what_it_should(void **state)
{
	char *dir = xstrdup(check_source_path("tests/notebook/cases"));
	const char *only = getenv("CASES"); // a part of a file's name
	DIR *listing = opendir(dir);
	struct dirent *entry;
	int failed = 0, count = 0;

	(void)state;
	assert_non_null(listing);
	enter_scratch();
	while ((entry = readdir(listing))) {
		size_t len = strlen(entry->d_name);
		char *path;

		if (len < 4 || strcmp(entry->d_name + len - 4, ".txt") != 0 || (only && !strstr(entry->d_name, only)))
			continue;
		path = xasprintf("%s/%s", dir, entry->d_name);
		failed += run_file(path, &count);
		mem_free(path);
	}
	closedir(listing);
	mem_free(dir);
	print_message("%d cases\n", count);
	assert_true(count > 0);
	assert_int_equal(failed, 0);
}

/* Programs whose reading would take minutes if any step of it went back to the beginning: a head, a
 * piece 200000 times, a tail. */
static const struct {
	const char *head, *piece, *tail;
	const char *error; // part of the message, or NULL
} long_programs[] = {
	{"x = [", "1,", "1]\n", NULL},
	{"x = f'", "{1}", "'\n", NULL},
	{"x = ", "'a' ", "'b'\n", NULL},
	{"x = '", "像", "' + y\n", "name 'y' is not defined"},
	{"x = 1", "+1", "\n", "this is nested too deeply"},
	{"if False: pass\n", "elif False: pass\n", "", NULL},
	{"def f(): a", ",a#", " = 1\n", "more than 1000 variables in one function"},
	{"f = lambda: [", "a#,", "1]\n", NULL},
	{"", "# a line which is but a remark\n", "", "the program is longer than 4 MiB"},
};

// A # in the piece becomes a number.
static void add_pieces(struct strbuf *source, const char *piece)
{
	size_t before = strcspn(piece, "#");

	for (size_t k = 0; k < 200000; k++) {
		strbuf_addn(source, piece, before);
		if (piece[before])
			strbuf_addf(source, "%zu%s", k, piece + before + 1);
	}
}

static void test_long_programs_are_read_in_one_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(long_programs); i++) {
		struct nb_sink sink = {.self = NULL};
		struct strbuf source = STRBUF_INIT, traceback = STRBUF_INIT;
		struct diag diag = {.code = 0};
		struct notebook *nb;

		strbuf_add(&source, long_programs[i].head);
		add_pieces(&source, long_programs[i].piece);
		strbuf_add(&source, long_programs[i].tail);
		assert_int_equal(notebook_new(&sink, NULL, &nb, NULL), 0);
		if (long_programs[i].error) {
			assert_true(notebook_run(nb, "long", source.data, false, &traceback, &diag) < 0);
			assert_non_null(strstr(diag.msg, long_programs[i].error));
			assert_true(traceback.len < 1000);
			messages_add(&seen, &diag);
		} else {
			assert_int_equal(notebook_run(nb, "long", source.data, false, &traceback, &diag), 0);
		}
		notebook_free(nb);
		strbuf_release(&source);
		strbuf_release(&traceback);
	}
}

static void test_every_message_has_a_case(void **state)
{
	(void)state;
	assert_true(messages_without_case(&seen) <= UNCOVERED);
	messages_release(&seen);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_every_case_prints_what_it_should),
	cmocka_unit_test(test_long_programs_are_read_in_one_pass),
	cmocka_unit_test(test_every_message_has_a_case),
};

CHECK_MAIN(tests)
