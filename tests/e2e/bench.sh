#!/bin/sh
# convtutor bench: figures as text and as JSON, comparison, forced instruction sets.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"

begin bench_reports_each_operator_and_training
run bench --rounds 1 --threads 1
expect_status 0
expect_in out 'limit of a core [0-9.]+ GFLOP/s'
expect_in out '^0 Conv2d forward'
expect_in out '^LeNet-5 on 1 thread:'
expect_in out '^train +[0-9]+ images/s'

begin bench_compares_with_an_earlier_run
run bench --rounds 1 --threads 1 --json
expect_status 0
cp out before.json
expect_in before.json '"images_per_second": [0-9]'
run bench --rounds 1 --threads 1 --compare before.json
expect_status 0
expect_in out 'change$'
expect_in out '^train .*% *[+-][0-9]+%'

begin a_file_that_is_no_earlier_run_is_named
echo '{"operators": 3}' >other.json
run bench --compare other.json
expect_status 3
expect_one_line
expect_in err 'other.json: this is not what bench --json prints'
run bench --compare missing.json
expect_status 3
expect_one_line

begin an_instruction_set_that_is_not_there_is_refused
CONVTUTOR_ISA=mmx run bench
expect_status 1
expect_one_line
expect_in err "instruction set 'mmx' is not available here .*baseline"
CONVTUTOR_ISA=baseline run bench --rounds 1
expect_status 0
expect_in out '^baseline, 4 floats'

finish
