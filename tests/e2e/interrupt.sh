#!/bin/sh
# Training and programs that are stopped from outside. The first line of output, read from a pipe, says that an epoch
# is over and its checkpoint is on the way: nothing here waits for time to pass.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"
make_set
mkfifo lines

# Under nohup, or in the background of some shells, signals come in ignored: env puts them back.

# stop_with SIGNAL: the status of a training run that got it after its first epoch.
stop_with() {
	ran="convtutor train, then SIG$1"
	env --default-signal=INT,TERM,HUP "$program" train --data set --batch 64 --threads 1 --epochs 100000 --save run.safetensors \
		>lines 2>err </dev/null &
	child=$!
	{
		read -r line
		read -r line
		kill -"$1" $child
		cat >/dev/null
	} <lines
	status=0
	wait $child 2>/dev/null || status=$?
	echo "$line" >out
}

for signal in INT TERM HUP; do
	begin "sig${signal}_saves_and_ends_with_130"
	rm -f run.safetensors
	stop_with $signal
	expect_status 130
	expect_in err 'interrupted in epoch [0-9]+; go on with --resume run.safetensors'
	run train --data set --epochs 1 --resume run.safetensors
	expect_status 0
done

begin a_kill_leaves_the_last_checkpoint_whole
rm -f run.safetensors
stop_with KILL
expect_status 137
run eval run.safetensors --data set
expect_status 0
expect_in out '^loss '

# run_until_ready PROGRAM: a program that prints "ready", more often than a pipe's buffer holds, and goes on
# for ever gets SIGINT then.
run_until_ready() {
	ran="convtutor run, then SIGINT"
	env --default-signal=INT "$program" run --max-seconds 20 --max-memory 1000 -c "$1" >lines 2>err </dev/null &
	child=$!
	{
		read -r line
		kill -INT $child
		cat >/dev/null
	} <lines
	status=0
	wait $child 2>/dev/null || status=$?
	echo "$line" >out
}

begin an_endless_program_ends_with_130
run_until_ready 'print("ready\n" * 20000)
while True: pass'
expect_status 130
expect_in out '^ready$'
expect_in err '^KeyboardInterrupt: interrupted$'

begin a_long_product_ends_with_130
run_until_ready 'x = torch.ones(4096, 4096)
print("ready\n" * 20000)
while True: y = x @ x'
expect_status 130
expect_in err '^KeyboardInterrupt: interrupted$'

begin the_prompt_goes_on_with_its_variables
mkfifo typed
ran="convtutor repl, with SIGINT in an endless loop"
env --default-signal=INT "$program" repl --max-seconds 20 <typed >lines 2>err &
child=$!
exec 3>typed
{
	printf 'kept = 41\nready = "ready\\n" * 20000\nwhile True: print(ready, end=""); ready = ""\n\n' >&3
	read -r line
	kill -INT $child
	printf 'print(kept + 1)\n' >&3
	exec 3>&-
	cat >out
} <lines
status=0
wait $child 2>/dev/null || status=$?
expect_status 0
expect_in err '^KeyboardInterrupt: interrupted$'
expect_in out '^42$'

finish
