// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Any bytes as a lesson: it is read or refused; what was read is set as plain text. Its code never
 * runs here (that is the notebook's target), and answers are tried on questions that need no code.
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "fuzz/fuzz.h"
#include "lesson/answer.h"
#include "lesson/lesson.h"
#include "lesson/plain.h"

static void read_answers(const uint8_t *bytes, size_t len)
{
	char *text = xstrndup((const char *)bytes, len);
	struct answer_values values;
	double number;

	if (!answer_number(text, &number))
		number = 0;
	if (answer_shape(text, &values) && values.count > ANSWER_VALUES_MAX)
		BUG("%zu values", values.count);
	if (answer_matrix(text, &values) && values.rows * values.cols != values.count)
		BUG("%zu values in %zu rows", values.count, values.rows);
	mem_free(text);
}

static void set_text(const struct step *step)
{
	struct strbuf out = STRBUF_INIT;
	struct text text;
	struct diag diag;

	if (text_parse(step->markdown, strlen(step->markdown), "fuzz", 1, &text, &diag) < 0)
		return;
	plain_text(&text, PLAIN_WIDTH, &out);
	text_release(&text);
	strbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct lesson *lesson;
	struct diag diag;

	read_answers(bytes, len);
	if (lesson_parse("fuzz.md", (const char *)bytes, len, &lesson, &diag) < 0)
		return 0;
	for (size_t i = 0; i < lesson->step_count; i++)
		set_text(&lesson->steps[i]);
	lesson_free(lesson);
	return 0;
}
