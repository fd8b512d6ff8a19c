#!/bin/sh
# Every script beside this one, and every demo that ships, holds.
set -eu
status=0
for script in "$CONVTUTOR_TOP"/tests/e2e/*.demo "$CONVTUTOR_TOP"/lessons/demos/*.demo; do
	[ -e "$script" ] || continue
	CONVTUTOR_DATA=synthetic "$CONVTUTOR_BUILD/convtutor" demo --check "$script" || status=1
done
exit $status
