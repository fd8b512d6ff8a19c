# Sourced by the tests that need other programs.
# python_with MODULE: the first Python that has it, in $python; false where there is none.
python_with() {
	for python in python3 /usr/bin/python3; do
		"$python" -c "import importlib.util, sys
sys.exit(importlib.util.find_spec('$1') is None)" 2>/dev/null && return 0
	done
	return 1
}

skip() {
	echo "$1"
	exit 77
}
