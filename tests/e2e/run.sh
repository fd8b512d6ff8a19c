#!/bin/sh
# convtutor run and repl: programs from a file, the command line and standard input.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"

begin code_from_the_command_line_runs
run run -c 'print(1 + 1)'
expect_status 0
expect_in out '^2$'
expect_empty err

begin a_file_runs_and_prints
printf 'import torch\nfor i in range(2):\n    print(torch.ones(2) * i)\n' >program.py
run run program.py
expect_status 0
expect_in out '^tensor\(\[1\., 1\.\]\)$'

begin an_error_is_a_traceback_and_status_1
printf 'def f(x):\n    return x + "a"\nf(1)\n' >broken.py
run run broken.py
expect_status 1
expect_empty out
expect_in err 'File "broken.py", line 2, in f'
expect_in err '^TypeError: '
expect_in err '^hint: '

begin no_program_is_wrong_usage
run run
expect_status 2
expect_in err 'no program is given'

begin a_course_trains_with_one_line
cat >course.py <<'PROGRAM'
from d2l import torch as d2l
images = torch.utils.data.Subset(datasets.FashionMNIST(), range(64))
train = torch.utils.data.DataLoader(images, 16)
net = nn.Sequential(nn.Conv2d(1, 2, 5), nn.Sigmoid(), nn.AvgPool2d(12), nn.Flatten(), nn.Linear(8, 10))
d2l.train_ch6(net, train, train, 2, 0.9, d2l.try_gpu())
d2l.predict_ch3(net, train, 1)
PROGRAM
run run course.py
expect_status 0
expect_in out '^training on cpu$'
expect_in out '^epoch: 2, train loss [0-9.]+, train acc [0-9.]+$'
expect_in out '^epoch: 2, test acc [0-9.]+$'
expect_in out '^loss [0-9]\.[0-9]{3}, train acc [01]\.[0-9]{3}, test acc [01]\.[0-9]{3}$'
expect_in out '^[0-9]+\.[0-9] examples/sec on cpu$'
expect_in out ', taken for '

begin limits_end_a_program
run run --max-seconds 0.3 -c 'while True: pass'
expect_status 1
expect_in err '^TimeoutError'
run run --max-memory 20 -c 'x = [0] * 10 ** 8'
expect_status 1
expect_in err '^MemoryError'

begin standard_input_is_a_program
printf 'print("from a pipe")\n' | "$program" run - >out 2>err
expect_in out 'from a pipe'

begin the_prompt_prints_values_and_goes_on_after_errors
printf 'x = 3\nx * 2\nnope\nfor i in range(2):\n    print(i)\n\nx\n' | "$program" repl >out 2>err
expect_in out '^6$'
expect_in out '^1$'
expect_in out '^3$'
expect_in err '^NameError'

finish
