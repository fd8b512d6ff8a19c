#!/bin/sh
# convtutor lint: our own lessons are sound; broken ones are told by file, line and reason.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"

begin our_lessons_are_sound
run lint "$CONVTUTOR_TOP"/lessons/*/*.md
expect_status 0
expect_in out '^[0-9]+ lessons, [0-9]+ steps, [0-9]+ questions: 0 problems$'

begin problems_are_told_by_file_and_line
printf -- '---\nid: one\n' >open.md
printf -- '---\nid: two\ntitle: T\norder: 1\nminutes: 1\nsummary: S\n---\n## A\n```run\n1 +\n```\n' >code.md
run lint open.md code.md missing.md
expect_status 1
expect_in out '^open.md:1: the front matter does not end'
expect_in out '^code.md:10:'
expect_in out "cannot open 'missing.md'"

begin a_lesson_that_never_ends_is_stopped
printf -- '---\nid: two\ntitle: T\norder: 1\nminutes: 1\nsummary: S\n---\n## A\n```run\nwhile True:\n    pass\n```\n' >endless.md
run lint endless.md
expect_status 1
expect_in out '^endless.md:[0-9]+'
finish
