// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading lesson files. A file is read whole; the first thing that is wrong refuses it. */
#include "config.h"

#include "lesson/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "lesson/fill.h"
#include "lesson/lesson_internal.h"
#include "lesson/stage.h"

/* A lesson being read. */
struct reading {
	const char *file;
	const char *p, *end; // what is still to be read
	int line;	     // of p
	struct lesson *lesson;
	struct strbuf prose; // of the last step
	struct diag *diag;
};

static int fail(struct reading *r, int line, const char *what, const char *hint)
{
	diag_set(r->diag, ERR_FORMAT, "%s", what);
	diag_hint(r->diag, "%s", hint);
	diag_at(r->diag, r->file, line, 0);
	return ERR_FORMAT;
}

/* The line at p without its end; moves on. */
static bool next_line(struct reading *r, const char **ret_start, size_t *ret_len)
{
	const char *newline;
	size_t len;

	if (r->p == r->end)
		return false;
	newline = memchr(r->p, '\n', (size_t)(r->end - r->p));
	len = (size_t)((newline ? newline : r->end) - r->p);
	*ret_start = r->p;
	r->p += len + (newline != NULL);
	r->line++;
	if (len && (*ret_start)[len - 1] == '\r')
		len--;
	*ret_len = len;
	return true;
}

static bool line_is(const char *start, size_t len, const char *text)
{
	while (len && (start[len - 1] == ' ' || start[len - 1] == '\t'))
		len--;
	return len == strlen(text) && !memcmp(start, text, len);
}

static int read_front(struct reading *r)
{
	const char *start, *body;
	struct block block = {.kind = NULL};
	size_t len;
	int result;

	if (!next_line(r, &start, &len) || !line_is(start, len, "---"))
		return fail(r, 1, "no front matter", "begin with a line of three hyphens");
	body = r->p;
	do {
		if (!next_line(r, &start, &len))
			return fail(r, 1, "the front matter does not end",
			    "close it with a line of three hyphens");
	} while (!line_is(start, len, "---"));
	if (block_parse(body, (size_t)(start - body), r->file, 2, &block, r->diag) < 0)
		return ERR_FORMAT;
	result = lesson__take_front(r->lesson, &block, r->diag);
	block_release(&block);
	return result;
}

static struct step *last_step(struct reading *r)
{
	return r->lesson->step_count ? &r->lesson->steps[r->lesson->step_count - 1] : NULL;
}

static int end_step(struct reading *r)
{
	struct step *step = last_step(r);

	if (!step)
		return 0;
	strbuf_trim(&r->prose);
	if (r->prose.len > TEXT_BYTES_MAX)
		return fail(r, step->line, "too long a text for one step", "make several steps of it");
	if (fill_check(r->prose.data, r->diag) < 0) {
		diag_at(r->diag, r->file, step->line, 0);
		return ERR_FORMAT;
	}
	step->markdown = strbuf_detach(&r->prose);
	return 0;
}

static int begin_step(struct reading *r, const char *start, size_t len)
{
	struct lesson *lesson = r->lesson;
	int result = end_step(r);

	if (result < 0)
		return result;
	if (lesson->step_count == LESSON_STEPS_MAX)
		return fail(r, r->line - 1, "too many steps", "make two lessons of it");
	lesson->steps = xrealloc(lesson->steps, lesson->step_count + 1, sizeof(*lesson->steps));
	lesson->steps[lesson->step_count] = (struct step){
		.title = lesson__trimmed(start + 2, start + len),
		.line = r->line - 1,
	};
	if (!lesson->steps[lesson->step_count++].title[0])
		return fail(r, r->line - 1, "a step without a title", "## What this step is about");
	return 0;
}

/* The number of backticks that a line begins with, if it opens or closes a fence. */
static size_t fence_length(const char *start, size_t len)
{
	size_t n = 0;

	while (n < len && start[n] == '`')
		n++;
	return n >= 3 ? n : 0;
}

static bool closes_fence(const char *start, size_t len, size_t ticks)
{
	size_t n = fence_length(start, len);

	if (n < ticks)
		return false;
	while (n < len && (start[n] == ' ' || start[n] == '\t'))
		n++;
	return n == len;
}

/* A fenced block: what its first line says, and its body. */
struct fence {
	char *info;
	const char *body;
	size_t len;
	int line; // of its first line
};

static int add_code(struct reading *r, const struct fence *fence, bool shown)
{
	struct step *step = last_step(r);
	size_t n = step->code_count;

	if (n == FILL_OUTPUT_MAX)
		return fail(r, fence->line, "too many blocks of code in one step", "join some");
	step->code = xrealloc(step->code, n + 1, sizeof(*step->code));
	step->code_lines = xrealloc(step->code_lines, n + 1, sizeof(*step->code_lines));
	step->code_shown = xrealloc(step->code_shown, n + 1, sizeof(*step->code_shown));
	step->code[n] = xstrndup(fence->body, fence->len);
	step->code_shown[n] = shown;
	step->code_lines[n] = fence->line + 1;
	step->code_count++;
	if (!shown)
		return 0;
	strbuf_add(&r->prose, "\n````text\n");
	for (size_t i = 0; i < fence->len; i++) {
		strbuf_addch(&r->prose, fence->body[i]);
		if (fence->body[i] == '{' || fence->body[i] == '}')
			strbuf_addch(&r->prose, fence->body[i]);
	}
	strbuf_add_utf8(&r->prose, FILL_OUTPUT_FIRST + (uint32_t)n);
	strbuf_add(&r->prose, "\n````\n");
	return 0;
}

static int add_run(struct reading *r, const struct fence *fence)
{
	return add_code(r, fence, false);
}

static int add_show(struct reading *r, const struct fence *fence)
{
	return add_code(r, fence, true);
}

static int add_text(struct reading *r, const struct fence *fence)
{
	strbuf_add(&r->prose, "\n````text\n");
	strbuf_addn(&r->prose, fence->body, fence->len);
	strbuf_add(&r->prose, "````\n");
	return 0;
}

static int parse_fence(struct reading *r, const struct fence *fence, struct block *ret)
{
	int result = block_parse(fence->body, fence->len, r->file, fence->line + 1, ret, r->diag);

	if (result < 0)
		return result;
	mem_free(ret->kind);
	ret->kind = xstrdup(fence->info);
	ret->line = fence->line;
	return 0;
}

static bool view_takes(const struct stage_ops *ops, const char *key)
{
	for (const char *const *param = ops->params; param && *param; param++)
		if (!strcmp(*param, key))
			return true;
	return !ops->params;
}

static int check_view(struct reading *r, const struct block *block)
{
	const char *name = block->kind + strcspn(block->kind, " ");
	const struct stage_ops *ops = stage_find(name + strspn(name, " "));

	if (!ops) {
		diag_set(r->diag, ERR_FORMAT, "unknown view '%.40s'", name + strspn(name, " "));
		diag_hint(r->diag, "doc/lesson-format.md lists the views");
		diag_at(r->diag, r->file, block->line, 0);
		return ERR_FORMAT;
	}
	for (size_t i = 0; i < block->count; i++)
		if (!view_takes(ops, block->lines[i].key)) {
			diag_set(r->diag, ERR_FORMAT, "the view %s takes no '%s'", ops->name,
			    block->lines[i].key);
			diag_hint(r->diag, "doc/lesson-format.md lists what each view takes");
			diag_at(r->diag, r->file, block->lines[i].line, 0);
			return ERR_FORMAT;
		}
	return 0;
}

static int add_view(struct reading *r, const struct fence *fence)
{
	struct step *step = last_step(r);
	struct block *block;
	int result;

	if (step->view)
		return fail(r, fence->line, "a second view in one step", "begin another step for it");
	block = xzalloc(1, sizeof(*block));
	result = parse_fence(r, fence, block);
	if (result < 0) {
		mem_free(block);
		return result;
	}
	step->view = block;
	return check_view(r, block);
}

static const struct question *find_question(const struct lesson *lesson, const char *id)
{
	for (size_t s = 0; s < lesson->step_count; s++)
		for (size_t q = 0; q < lesson->steps[s].question_count; q++)
			if (!strcmp(lesson->steps[s].questions[q].id, id))
				return &lesson->steps[s].questions[q];
	return NULL;
}

static int keep_question(struct reading *r, struct question *question)
{
	struct step *step = last_step(r);
	const struct question *other = find_question(r->lesson, question->id);

	if (other || step->question_count == LESSON_QUESTIONS_MAX) {
		if (other)
			diag_set(r->diag, ERR_FORMAT, "the question's id '%s' stands in line %d too",
			    question->id, other->line);
		else
			diag_set(r->diag, ERR_LIMIT, "more than %d questions in one step",
			    LESSON_QUESTIONS_MAX);
		diag_at(r->diag, r->file, question->line, 0);
		question_release(question);
		return ERR_FORMAT;
	}
	step->questions = xrealloc(step->questions, step->question_count + 1,
	    sizeof(*step->questions));
	step->questions[step->question_count++] = *question;
	return 0;
}

static int add_question(struct reading *r, const struct fence *fence)
{
	struct block block;
	struct question question;
	int result = parse_fence(r, fence, &block);

	if (result < 0)
		return result;
	result = question_parse(&block, r->file, &question, r->diag);
	block_release(&block);
	return result < 0 ? result : keep_question(r, &question);
}

static const struct {
	const char *name;
	bool has_name; // "view window": the second word is the stage's
	int (*add)(struct reading *r, const struct fence *fence);
} fence_kinds[] = {
	{"", false, add_text}, {"text", false, add_text}, {"run", false, add_run},
	{"show", false, add_show}, {"view", true, add_view}, {"question", false, add_question},
};

static int add_fence(struct reading *r, const struct fence *fence)
{
	size_t word = strcspn(fence->info, " ");

	if (!last_step(r))
		return fail(r, fence->line, "a block before the first step",
		    "begin a step with '## title' above it");
	for (size_t i = 0; i < ARRAY_LEN(fence_kinds); i++)
		if (strlen(fence_kinds[i].name) == word &&
		    !strncmp(fence->info, fence_kinds[i].name, word) &&
		    (fence_kinds[i].has_name || !fence->info[word]))
			return fence_kinds[i].add(r, fence);
	diag_set(r->diag, ERR_FORMAT, "unknown block '%.40s'", fence->info);
	diag_hint(r->diag, "text, run, show, view NAME or question");
	diag_at(r->diag, r->file, fence->line, 0);
	return ERR_FORMAT;
}

static int read_fence(struct reading *r, const char *start, size_t len)
{
	size_t ticks = fence_length(start, len);
	struct fence fence = {
		.info = lesson__trimmed(start + ticks, start + len),
		.body = r->p,
		.line = r->line - 1,
	};
	int result;

	for (;;) {
		if (!next_line(r, &start, &len)) {
			result = fail(r, fence.line, "the block does not end",
			    "close it with a line of backticks, as many as it began with");
			break;
		}
		if (closes_fence(start, len, ticks)) {
			fence.len = (size_t)(start - fence.body);
			result = add_fence(r, &fence);
			break;
		}
	}
	mem_free(fence.info);
	return result;
}

static int read_prose(struct reading *r, const char *start, size_t len)
{
	if (!last_step(r)) {
		if (line_is(start, len, ""))
			return 0;
		return fail(r, r->line - 1, "text before the first step",
		    "begin a step with '## title' above it");
	}
	strbuf_addn(&r->prose, start, len);
	strbuf_addch(&r->prose, '\n');
	return 0;
}

static int read_steps(struct reading *r)
{
	const char *start;
	size_t len;
	int result = 0;

	while (result == 0 && next_line(r, &start, &len)) {
		if (len > 2 && !memcmp(start, "## ", 3))
			result = begin_step(r, start, len);
		else if (fence_length(start, len))
			result = read_fence(r, start, len);
		else
			result = read_prose(r, start, len);
	}
	if (result == 0)
		result = end_step(r);
	if (result == 0 && !r->lesson->step_count)
		result = fail(r, r->line, "no steps", "begin each with '## title'");
	return result;
}

static int line_of(const char *bytes, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset; i++)
		line += bytes[i] == '\n';
	return line;
}

/* Private-use characters stand for values inside of texts (fill.h), so they cannot stand there. */
static bool is_text_char(uint32_t cp)
{
	return (cp >= 0x20 && cp != 0x7f && cp < 0xf0000) || cp == '\t' || cp == '\n' || cp == '\r';
}

static int check_bytes(struct reading *r, const char *bytes, size_t len)
{
	size_t bad = 0, used;
	uint32_t cp;

	if (len > LESSON_BYTES_MAX) {
		diag_set(r->diag, ERR_LIMIT, "the lesson is larger than %d bytes", LESSON_BYTES_MAX);
		diag_at(r->diag, r->file, 0, 0);
		return ERR_LIMIT;
	}
	if (!utf8_valid(bytes, len, &bad))
		return fail(r, line_of(bytes, bad), "bytes that are not UTF-8",
		    "save the file as UTF-8");
	for (size_t i = 0; i < len; i += used) {
		used = utf8_decode(bytes + i, len - i, &cp);
		if (!is_text_char(cp))
			return fail(r, line_of(bytes, i), "a control character",
			    "remove it, or write what it stands for");
	}
	return 0;
}

int lesson_parse(const char *file, const char *bytes, size_t len, struct lesson **ret,
    struct diag *diag)
{
	struct reading r = {.file = file, .p = bytes, .end = bytes + len, .line = 1,
		.prose = STRBUF_INIT, .diag = diag};
	int result;

	r.lesson = xzalloc(1, sizeof(*r.lesson));
	r.lesson->file = xstrdup(file);
	result = check_bytes(&r, bytes, len);
	if (result == 0)
		result = read_front(&r);
	if (result == 0)
		result = read_steps(&r);
	strbuf_release(&r.prose);
	if (result < 0)
		lesson_free(r.lesson);
	else
		*ret = r.lesson;
	return result;
}

int lesson_read(const char *path, struct lesson **ret, struct diag *diag)
{
	char *bytes;
	size_t len;
	int r = file_read(path, LESSON_BYTES_MAX, &bytes, &len, diag);

	if (r < 0)
		return r;
	r = lesson_parse(path, bytes, len, ret, diag);
	mem_free(bytes);
	return r;
}

static void release_step(struct step *step)
{
	mem_free(step->title);
	mem_free(step->markdown);
	for (size_t i = 0; i < step->code_count; i++)
		mem_free(step->code[i]);
	mem_free(step->code);
	mem_free(step->code_lines);
	mem_free(step->code_shown);
	if (step->view)
		block_release(step->view);
	mem_free(step->view);
	for (size_t i = 0; i < step->question_count; i++)
		question_release(&step->questions[i]);
	mem_free(step->questions);
}

void lesson_free(struct lesson *lesson)
{
	if (!lesson)
		return;
	for (size_t i = 0; i < lesson->step_count; i++)
		release_step(&lesson->steps[i]);
	mem_free(lesson->steps);
	for (size_t i = 0; i < lesson->needs_count; i++)
		mem_free(lesson->needs[i]);
	mem_free(lesson->needs);
	mem_free(lesson->file);
	mem_free(lesson->id);
	mem_free(lesson->title);
	mem_free(lesson->summary);
	mem_free(lesson->language);
	mem_free(lesson);
}
