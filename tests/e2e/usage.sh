#!/bin/sh
# What the command line itself promises: help, version, exit statuses, hints.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"

begin version_names_program_and_number
run --version
expect_status 0
expect_in out '^convtutor [0-9]+\.[0-9]+'
expect_in out 'NO WARRANTY'
expect_empty err

begin help_lists_every_command
run --help
expect_status 0
expect_empty err
for command in train eval predict export data; do
	expect_in out "^  $command "
done

begin every_command_explains_itself
for command in $("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\).*/\1/p'); do
	run "$command" --help
	expect_status 0
	expect_in out "^Usage: convtutor $command"
	expect_in out '^  --threads N'
	run --help "$command"
	expect_in out "^Usage: convtutor $command"
done

begin unknown_words_are_suggested
run tarin
expect_status 2
expect_one_line
expect_in err 'no command .tarin. \(did you mean train\?\)'
run train --epoch-s 3
expect_status 2
expect_in err "no option '--epoch-s' \(did you mean --epochs\?\)"
expect_in err "^Try 'convtutor train --help'"

begin impossible_options_are_wrong_usage
for options in '--lr -1' '--lr nan' '--batch 0' '--batch x' '--limit 0' '--limit -5' '--epochs 0' \
	'--threads 0' '--threads 99999' '--momentum 2' '--net lenet6' '--log run.txt' '--save x.pth' \
	'--save-every 2' '--seed -1' '--stop-after 0' '--init a --resume b' 'stray'; do
	# shellcheck disable=SC2086
	run train $options
	expect_status 2
	expect_empty out
	expect_one_line
done
run eval
expect_status 2
run export a.safetensors
expect_status 2
run data
expect_status 2

begin a_full_disk_is_noticed
if [ -w /dev/full ]; then
	ran='convtutor --help >/dev/full'
	status=0
	: >out
	"$program" --help >/dev/full 2>err || status=$?
	expect_status 1
	expect_in err 'cannot write to standard output'
fi

finish
