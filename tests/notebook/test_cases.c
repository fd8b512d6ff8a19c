// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The language, as data. A file in cases/ holds groups of lines with an empty line between them: a
 * program, a line of three dots, and what it prints. A line "! text" in place of output says which
 * text the error must contain; "!hint text" likewise. Lines that begin with # between groups are
 * remarks. An empty line within a program or its output is written as a single backslash.
 * make-cases asks Python for the output, and where Python differs on purpose a remark says "# ours: why".
 */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "notebook/notebook.h"
#include "support/check.h"

struct group {
	int line;
	struct strbuf program, expected, error, hint;
};

static void take_text(void *self, const char *bytes, size_t len)
{
	strbuf_addn(self, bytes, len);
}

static bool run_group(const char *file, const struct group *group)
{
	struct strbuf out = STRBUF_INIT, traceback = STRBUF_INIT;
	struct nb_sink sink = {.self = &out, .text = take_text};
	struct nb_limits limits = {.seconds = 20, .memory_bytes = 64 << 20, .output_bytes = 1 << 20};
	struct notebook *nb;
	struct diag diag = {.code = 0};
	bool ok;
	int r;

	assert_int_equal(notebook_new(&sink, &limits, &nb, NULL), 0);
	r = notebook_run(nb, "case", group->program.data, true, &traceback, &diag);
	if (group->error.len)
		ok = r < 0 && strstr(diag.msg, group->error.data) && (!group->hint.len || strstr(diag.hint, group->hint.data));
	else
		ok = r == 0;
	ok = ok && strcmp(out.data, group->expected.data) == 0;
	if (!ok)
		print_error("%s:%d:\n%s--- expected\n%s%s%s\n--- got\n%s%s\n", file, group->line, group->program.data,
		    group->expected.data, group->error.data, group->hint.data, out.data, traceback.data);
	notebook_free(nb);
	strbuf_release(&out);
	strbuf_release(&traceback);
	return ok;
}

static void release(struct group *group)
{
	strbuf_release(&group->program);
	strbuf_release(&group->expected);
	strbuf_release(&group->error);
	strbuf_release(&group->hint);
}

static void start(struct group *group, int line)
{
	group->line = line;
	strbuf_init(&group->program);
	strbuf_init(&group->expected);
	strbuf_init(&group->error);
	strbuf_init(&group->hint);
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
		struct strbuf *into = output ? &group.expected : &group.program;

		end = strchr(at, '\n');
		if (!end)
			end = data + len;
		*end = '\0';
		if (strcmp(at, "...") == 0)
			output = true;
		else if (output && strncmp(at, "! ", 2) == 0)
			strbuf_add(&group.error, at + 2);
		else if (output && strncmp(at, "!hint ", 6) == 0)
			strbuf_add(&group.hint, at + 6);
		else if (*at && (group.program.len || *at != '#'))
			strbuf_addf(into, "%s\n", strcmp(at, "\\") == 0 ? "" : at);
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

static void test_every_case_prints_what_it_should(void **state)
{
	char *dir = xstrdup(check_source_path("tests/notebook/cases"));
	DIR *listing = opendir(dir);
	struct dirent *entry;
	int failed = 0, count = 0;

	(void)state;
	assert_non_null(listing);
	while ((entry = readdir(listing))) {
		size_t len = strlen(entry->d_name);
		char *path;

		if (len < 4 || strcmp(entry->d_name + len - 4, ".txt") != 0)
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

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_every_case_prints_what_it_should),
};

CHECK_MAIN(tests)
