#!/bin/sh
# The manual page and the completions in doc/ are what the option tables say, and are well-formed.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"
doc=$CONVTUTOR_TOP/doc

# The page without the list of the notebook's names: the library grows with nearly every change, and
# tools/make-doc brings the list up to date with the next option.
without_names() {
	sed '/^These names are known/,/^\.El$/d' "$1"
}

begin doc_is_made_from_the_option_tables
for pair in page:convtutor.1 bash:completion/convtutor zsh:completion/_convtutor; do
	run manual "${pair%%:*}"
	expect_status 0
	without_names out >made
	without_names "$doc/${pair#*:}" >kept
	cmp -s made kept || complain "doc/${pair#*:} is out of date: run tools/make-doc"
done
run manual fish
expect_status 2

begin the_page_has_the_names_of_the_notebook
run manual page
expect_in "$doc/convtutor.1" '^.It Li torch.nn$'
expect_in out '^.Sh NOTEBOOK LANGUAGE$'
expect_in out '^.It Li corr2d\(X, K\)$'
for name in conv2d Conv2d zeros SGD FashionMNIST imshow reshape; do
	expect_in out "^$name$"
done

if command -v mandoc >/dev/null; then
	begin mandoc_finds_nothing_to_say
	ran='mandoc -T lint'
	status=0
	: >err
	mandoc -T lint "$doc/convtutor.1" >out 2>&1 || status=$?
	expect_status 0
	expect_empty out
fi

if command -v bash >/dev/null; then
	begin bash_completes_commands_options_and_choices
	ran='completion in bash'
	status=0
	: >err
	cat >try <<-'END'
		. "$1"
		COMP_WORDS=(convtutor tr) COMP_CWORD=1 && _convtutor && echo "${COMPREPLY[*]}"
		COMP_WORDS=(convtutor train --mom) COMP_CWORD=2 && _convtutor && echo "${COMPREPLY[*]}"
		COMP_WORDS=(convtutor --threads 2 train --qu) COMP_CWORD=4 && _convtutor && echo "${COMPREPLY[*]}"
		COMP_WORDS=(convtutor --color al) COMP_CWORD=2 && _convtutor
		echo "${COMPREPLY[*]}"
	END
	bash try "$doc/completion/convtutor" >out 2>err || status=$?
	expect_status 0
	printf '%s\n' train --momentum --quiet always >expected
	expect_same out expected
	expect_empty err
fi

finish
