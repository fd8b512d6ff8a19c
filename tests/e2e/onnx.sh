#!/bin/sh
# The ONNX files we write are valid, and ONNX Runtime computes what we compute. The runtime is used where
# node finds the package onnxruntime-node; NODE_PATH may name its folder.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/clients.sh"
has_onnx=yes has_runtime=yes
python_with onnx || has_onnx=no
node -e "require('onnxruntime-node')" 2>/dev/null || has_runtime=no
[ $has_onnx = yes ] || [ $has_runtime = yes ] ||
	skip "neither python3 with onnx nor node with onnxruntime-node is installed"
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"
"$CONVTUTOR_BUILD/tests/e2e/model_samples"

if [ $has_onnx = yes ]; then
	begin the_checker_accepts_the_graphs_and_infers_their_shapes
	ran='onnx.checker' status=0
	"$python" - >out 2>err <<'EOF' || status=$?
import onnx
for name, values, shapes in ('lenet5', 12, {'lenet5.3.output': ['N', 16, 10, 10], 'output': ['N', 10]}), \
        ('other', 10, {'other.2.output': ['N', 5, 5, 10], 'other.5.output': ['N', 7, 5, 4], 'output': ['N', 4]}):
    model = onnx.load(name + '.onnx')
    onnx.checker.check_model(model, full_check=True)
    graph = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    found = {v.name: [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim]
             for v in list(graph.value_info) + list(graph.output)}
    assert len(found) == values, found
    assert shapes.items() <= found.items(), found
    assert model.ir_version == 7 and model.opset_import[0].version == 13
EOF
	expect_status 0
fi

if [ $has_runtime = yes ]; then
	begin the_runtime_gives_our_logits
	ran='onnxruntime-node' status=0
	node - >out 2>err <<'EOF' || status=$?
const ort = require('onnxruntime-node'), fs = require('fs');
// Version 1.0 of the .npy format, float32 in C order.
function load(name) {
	const bytes = fs.readFileSync(name), at = 10 + bytes.readUInt16LE(8);
	const text = bytes.toString('latin1', 10, at).match(/'shape': \(([^)]*)\)/)[1];
	const data = new Float32Array(new Uint8Array(bytes.subarray(at)).buffer);
	return { shape: text.split(',').filter(s => s.trim()).map(Number), data };
}
async function check(model, images, logits) {
	const session = await ort.InferenceSession.create(model);
	const x = load(images), wanted = load(logits);
	const got = await session.run({ input: new ort.Tensor('float32', x.data, x.shape) });
	const error = Math.max(...wanted.data.map((v, i) => Math.abs(v - got.output.data[i])));
	if (got.output.data.length !== wanted.data.length || !(error <= 1e-5))
		throw new Error(model + ' differs by ' + error);
}
check('lenet5.onnx', 'images.npy', 'logits.npy')
	.then(() => check('other.onnx', 'other-images.npy', 'other-logits.npy'))
	.catch(error => { console.error(error); process.exit(1); });
EOF
	expect_status 0
fi

finish
