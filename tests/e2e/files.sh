#!/bin/sh
# eval, predict, export and data, with files good and bad.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"
make_set
"$program" train --data set --batch 64 --epochs 1 --quiet --save net.safetensors

begin eval_reports_loss_accuracy_and_count
run eval net.safetensors --data set
expect_status 0
expect_in out '^loss [0-9.]+, accuracy 0\.[0-9]{4}, 200 images$'
run eval net.safetensors --data set --limit 50 --json
expect_in out '^\{"loss": [0-9.]+, "accuracy": [0-9.]+, "count": 50\}$'

begin predict_prints_index_predicted_true
run predict net.safetensors --data set --count 3
expect_status 0
expect_lines out 3
expect_in out "^2	[A-Z][A-Za-z/ -]+	[A-Z][A-Za-z/ -]+\$"
run predict net.safetensors --data set --limit 2 --json
expect_in out '^\[\{"index": 0, "predicted": "[^"]+", "label": "[^"]+"\},$'
expect_lines out 2
run predict net.safetensors --data set set/t10k-images-idx3-ubyte --count 2
expect_status 0
expect_lines out 2

begin export_goes_by_the_ending
run export net.safetensors model.safetensors
expect_status 0
run eval model.safetensors --data set
expect_status 0
run export net.safetensors model.xyz
expect_status 2
expect_one_line
run train --data set --resume model.safetensors
expect_status 4
expect_in err 'no checkpoint to go on from'

begin bad_model_files_end_with_4
printf '<html>not here</html>' >page.safetensors
: >empty.safetensors
printf 'PK\003\004' >net.pth
head -c 1000 net.safetensors >cut.safetensors
cp net.safetensors long.safetensors
echo >>long.safetensors
for file in page.safetensors empty.safetensors net.pth cut.safetensors long.safetensors absent.safetensors; do
	for command in 'eval --data set' 'predict --data set' 'train --data set --epochs 1 --init'; do
		# shellcheck disable=SC2086
		run $command $file
		expect_status 4
		expect_one_line
		expect_in err "$file"
		expect_empty out
	done
done

begin bad_data_ends_with_3
spoil() { # NAME COMMAND...: a copy of the set, changed by the command inside it
	rm -rf bad
	cp -r set bad
	(cd bad && shift && "$@")
	run train --data bad --epochs 1
	expect_status 3
	expect_one_line
	expect_in err "$1"
	expect_empty out
}
spoil 'lacks train-labels' rm train-labels-idx1-ubyte
spoil 'files are swapped' cp train-labels-idx1-ubyte train-images-idx3-ubyte
spoil 'cut off' truncate -s 1000 t10k-images-idx3-ubyte
spoil 'more follows' truncate -s +1 train-labels-idx1-ubyte
spoil 'web page' cp "$scratch/page.safetensors" train-images-idx3-ubyte
spoil 'is empty' truncate -s 0 t10k-labels-idx1-ubyte
spoil '640 training images, but 200 labels' cp t10k-labels-idx1-ubyte train-labels-idx1-ubyte
run train --data /no/such/folder
expect_status 3
run train --data no-such-name
expect_status 3
expect_in err 'data list'

begin data_finds_checks_and_makes
run data list
expect_status 0
expect_in out '^synthetic +always here'
run data path set
expect_status 0
run data path no-such-name
expect_status 3
run data verify set
expect_in out '^whole: set \(640 training and 200 test images from /'
run data verify bad
expect_status 3
run data make again --train 640 --test 200
expect_status 0
expect_same set/train-images-idx3-ubyte again/train-images-idx3-ubyte
run data make again --train 0
expect_status 2
run data mkae again
expect_status 2
expect_in err 'did you mean data make'

begin the_data_used_is_said
ran='CONVTUTOR_DATA=set convtutor eval'
status=0
CONVTUTOR_DATA=set "$program" eval net.safetensors >out 2>err || status=$?
expect_status 0
expect_in err '^convtutor: data: set \(640 training and 200 test images from /'

finish
