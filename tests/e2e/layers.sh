#!/bin/sh
# The layers hold and every header compiles alone.
set -eu
"$CONVTUTOR_TOP/tools/check-layers" "$CONVTUTOR_TOP"
CPPFLAGS="-I$CONVTUTOR_BUILD" "$CONVTUTOR_TOP/tools/check-headers" "$CONVTUTOR_TOP"
