#!/bin/sh
# Lessons through a pipe: the same steps, questions and checks as on the screen; and what can go wrong.
set -eu
program=$CONVTUTOR_BUILD/convtutor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
HOME=$work
export HOME
fail() {
	echo "learn.sh: $*" >&2
	cat "$work/out" "$work/err" >&2
	exit 1
}
# expect STATUS TEXT...: the last run ended so, and each text is in its output or errors.
expect() {
	[ "$status" = "$1" ] || fail "status $status, expected $1"
	shift
	for text in "$@"; do
		cat "$work/out" "$work/err" | grep -qF -- "$text" || fail "missing: $text"
	done
}
run() {
	status=0
	"$program" "$@" >"$work/out" 2>"$work/err" || status=$?
}

printf 'hint\n2 3\n1 2\nnext\n' | { run learn edges; expect 0 'step 1 of 10' 'Question 1.1' 'Hint: Read row 0' \
	'The rulers count from zero' 'A border is a place' 'step 2 of 10'; }
run list
expect 0 'edges' 'step 2'
run list --json
expect 0 '"id": "edges"' '"title": "Edges"' '"steps": 10' '"done": false'

# Words reach everything: a window walks, jumps, and its kernel is changed.
printf 'step\nback\ngoto 2 3\nset kernel 0 0 2\nsay\nquit\n' | { run learn edges:3 --plain
	expect 0 'step 3 of 10' 'Window at row 2, columns 3 to 4'; }

# An animation in a pipe runs to its end before the next line.
printf '1\nplay\nsay\nquit\n' | { run learn edges:3; expect 0 '42 of 42 cells made'; }

run learn nowhere
expect 2 "there is no lesson 'nowhere'" 'edges'
run learn edges:99
expect 2 'has 10 steps'
printf -- '---\nid: broken\ntitle: T\norder: 1\nminutes: 1\nsummary: s\n---\n## One\n```view nothing\n```\n' >"$work/broken.md"
run learn "$work/broken.md"
expect 1 'broken.md:9:' 'nothing'
run learn "$work/absent.md"
expect 1 'absent.md'

# Broken lessons do not take the others with them.
mkdir "$work/lessons"
cp "$work/broken.md" "$work/lessons"
CONVTUTOR_LESSONS=$work/lessons run list
expect 0 'broken.md:9:' 'edges'

# A damaged progress file is kept aside, said so, and does no harm.
printf '{"version": 1, "lessons": [' >"$work/.local/state/convtutor/progress.json"
run list
expect 0 'progress' 'edges'
ls "$work/.local/state/convtutor" | grep -q 'progress.json.' || fail "the damaged file is gone"

# No home, no folder to write: the lessons still work.
HOME=/dev/null/home
printf '1 2\nquit\n' | { run learn edges; expect 0 'A border is a place'; }
echo "lessons work through a pipe"
