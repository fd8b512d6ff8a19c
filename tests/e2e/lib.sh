# Sourced by the end-to-end tests. Each runs the built program in a scratch folder of its own, and says
# for each of its tests OK or FAILED in the form that tools/test counts.
program=$CONVTUTOR_BUILD/convtutor
scratch=$CONVTUTOR_BUILD/tests/scratch/$(basename "$0" .sh)
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"

failures=0
name=

# begin NAME: the checks that follow belong to this test.
begin() {
	finish_one
	name=$1
	failed=0
}

finish_one() {
	[ -n "$name" ] || return 0
	if [ "$failed" = 0 ]; then
		echo "[       OK ] $name"
	else
		echo "[  FAILED  ] $name"
		failures=$((failures + 1))
	fi
}

# The last line of every script: its exit status.
finish() {
	finish_one
	name=
	exit $((failures != 0))
}

# run ARG...: the program's output goes to the files out and err, its exit status to $status.
run() {
	ran="convtutor $*"
	status=0
	"$program" "$@" >out 2>err </dev/null || status=$?
}

complain() {
	failed=1
	echo "after: $ran"
	echo "  $1"
	echo "  status $status, standard output and error:"
	sed 's/^/    /' out err
}

expect_status() {
	[ "$status" = "$1" ] || complain "the status should be $1"
}

# expect_in FILE PATTERN: a line of the file matches the extended regular expression.
expect_in() {
	grep -Eq -- "$2" "$1" || complain "$1 should have a line like: $2"
}

expect_empty() {
	[ ! -s "$1" ] || complain "$1 should be empty"
}

expect_lines() {
	[ "$(wc -l <"$1")" -eq "$2" ] || complain "$1 should have $2 lines"
}

expect_same() {
	cmp -s "$1" "$2" || complain "$1 and $2 should be the same"
}

expect_different() {
	! cmp -s "$1" "$2" || complain "$1 and $2 should differ"
}

# One line on standard error that says what is wrong; usage errors add where to read more.
expect_one_line() {
	[ "$(grep -c '^convtutor: ' err)" -eq 1 ] || complain "one line should say what is wrong"
	! grep -Ev "^(convtutor: |Try 'convtutor )" err >/dev/null || complain "nothing else should be said"
}

# A dataset that trains in no time.
make_set() {
	"$program" data make set --train 640 --test 200 >/dev/null 2>&1
}
