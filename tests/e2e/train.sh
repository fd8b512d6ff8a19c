#!/bin/sh
# Training without the screen, on a small set.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"
make_set
small='--data set --batch 64 --threads 1'

begin an_epoch_is_one_line
# shellcheck disable=SC2086
run train $small --epochs 2
expect_status 0
expect_lines out 2
expect_in out '^epoch 1, loss [0-9]\.[0-9]{4}, train acc 0\.[0-9]{3}, test acc 0\.[0-9]{3}, time [0-9.]+ sec$'
expect_in err '^convtutor: data: set \(640 training and 200 test images from /'
expect_lines err 1

begin json_and_quiet
# shellcheck disable=SC2086
run train $small --epochs 1 --json
expect_in out '^\{"epoch": 1, "train_loss": [0-9.]+, "train_acc": [0-9.]+, "test_loss": [0-9.]+, "test_acc": '
# shellcheck disable=SC2086
run train $small --epochs 1 --quiet
expect_status 0
expect_empty out
expect_empty err

begin logs_have_the_named_fields
# shellcheck disable=SC2086
run train $small --epochs 2 --quiet --log run.csv
expect_status 0
expect_lines run.csv 3
expect_in run.csv '^epoch,train_loss,train_acc,test_loss,test_acc,seconds,images_per_second$'
expect_in run.csv '^2,[0-9.]+,[0-9.]+,[0-9.]+,[0-9.]+,[0-9.e+-]+,[0-9.e+]+$'
# shellcheck disable=SC2086
run train $small --epochs 2 --quiet --log run.jsonl
expect_lines run.jsonl 2
expect_in run.jsonl '"seconds": [0-9.e+-]+, "images_per_second": [0-9.e+]+\}$'
# shellcheck disable=SC2086
run train $small --epochs 1 --log /no/such/folder/run.csv
expect_status 1
expect_one_line

begin the_same_seed_gives_the_same_weights
for threads in 1 2 3; do
	run train --data set --batch 50 --epochs 2 --threads $threads --quiet --save threads-$threads.safetensors
	expect_status 0
done
expect_same threads-1.safetensors threads-2.safetensors
expect_same threads-1.safetensors threads-3.safetensors
run train --data set --batch 50 --epochs 2 --seed 2 --quiet --save other.safetensors
expect_different threads-1.safetensors other.safetensors
run train --data set --batch 50 --epochs 2 --no-shuffle --quiet --save other.safetensors
expect_different threads-1.safetensors other.safetensors

begin going_on_changes_no_bit
# shellcheck disable=SC2086
run train $small --epochs 3 --momentum 0.5 --quiet --save whole.safetensors
for steps in 10 17 25; do
	# shellcheck disable=SC2086
	run train $small --epochs 3 --momentum 0.5 --quiet --save part.safetensors --stop-after $steps
	expect_status 0
	run train --data set --epochs 3 --quiet --resume part.safetensors --save part.safetensors
	expect_status 0
	expect_same whole.safetensors part.safetensors
done
run train --data set --epochs 3 --resume part.safetensors
expect_status 0
expect_in err 'has done its 3 epochs'
expect_empty out
run train --data set --resume part.safetensors --batch 32
expect_status 2
expect_one_line

begin training_starts_from_given_weights
# shellcheck disable=SC2086
run train $small --epochs 1 --quiet --no-shuffle --save first.safetensors
# shellcheck disable=SC2086
run train $small --epochs 1 --quiet --no-shuffle --init first.safetensors --save second.safetensors
# shellcheck disable=SC2086
run train $small --epochs 2 --quiet --no-shuffle --save both.safetensors
"$program" export second.safetensors second-model.safetensors
"$program" export both.safetensors both-model.safetensors
expect_same second-model.safetensors both-model.safetensors

begin the_limit_takes_the_first_images
"$program" data make fewer --train 100 --test 200
run train --data set --limit 100 --batch 32 --epochs 2 --quiet --save limited.safetensors
run train --data fewer --batch 32 --epochs 2 --quiet --save fewer.safetensors
expect_same limited.safetensors fewer.safetensors
run train --data fewer --limit 1000 --batch 32 --epochs 1
expect_status 0
expect_in err 'has 100 training images only; using all'

begin a_folder_that_cannot_be_written_is_said_before_training
run train --data set --save /no/such/folder/x.safetensors
expect_status 1
expect_one_line
expect_in err "cannot write '/no/such/folder/x.safetensors'"
expect_empty out

finish
