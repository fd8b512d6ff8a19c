#!/bin/sh
# The .npy files we write are those that numpy.save writes, byte for byte.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/clients.sh"
python_with numpy || skip "python3 with numpy is not installed"
"$python" -c 'import numpy; v = numpy.__version__.split("."); exit((int(v[0]), int(v[1])) < (1, 24))' ||
	skip "numpy before 1.24 pads the header otherwise"
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"
"$CONVTUTOR_BUILD/tests/e2e/model_samples"

begin arrays_have_numpys_bytes
ran='numpy.save' status=0
"$python" - >out 2>err <<'EOF' || status=$?
import io
import numpy as np

def check(name, array):
    file = io.BytesIO()
    np.save(file, array)
    assert open(name, 'rb').read() == file.getvalue(), name
    assert np.array_equal(np.load(name), array), name

check('f4.npy', np.arange(24, dtype='f4').reshape(2, 3, 4))
check('f8.npy', np.arange(5, dtype='f8'))
check('i8.npy', np.arange(12).reshape(12, 1))
check('b1.npy', np.array([[False, True], [True, True]]))
check('scalar.npy', np.float32(0))
check('empty.npy', np.zeros((0, 3), 'f4'))
check('fortran.npy', np.arange(12, dtype='f4').reshape(3, 4).T)
EOF
expect_status 0

finish
