#!/bin/sh
# PyTorch loads the .pth files we write, and we read those it writes.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/clients.sh"
python_with torch || skip "python3 with torch is not installed"
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"
"$CONVTUTOR_BUILD/tests/e2e/model_samples"
make_set

# torch_test NAME: the Python on standard input is a test; all run in one process, since torch takes
# its time to start.
cp "$CONVTUTOR_TOP/tests/e2e/nets.py" test.py
torch_test() {
	printf '\n\ndef %s():\n' "$1"
	sed 's/^/    /'
	printf 'TESTS.append(%s)\n' "$1"
} >>test.py

torch_test state_dicts_fit_strictly_and_give_the_same_logits <<'EOF'
for name, cls, images, logits in NETS:
    for weights_only in False, True:
        net = cls()
        net.load_state_dict(torch.load(name + '.pth', weights_only=weights_only), strict=True)
        check_logits(net, images, logits)
EOF

torch_test whole_models_live_on <<'EOF'
for name, cls, images, logits in NETS:
    net = torch.load(name + '-all.pth')
    assert type(net) is cls and net.training
    check_logits(net, images, logits)
    assert repr(net) == repr(cls()), repr(net)
    F.cross_entropy(net(torch.tensor(np.load(images))), torch.zeros(17).long()).backward()
    assert all(p.grad is not None for p in net.parameters())
    net.eval()
    torch.save(net, 'again.pth')
    net.register_forward_hook(lambda *args: None)
    check_logits(net, images, logits)
EOF

torch_test every_kind_of_value_arrives <<'EOF'
v = torch.load('values.pth')
assert v['epoch'] == 7 and v['name'] == '卷积' and v['list'] == [0.1, None, True, -5000000000, ()]
assert v['labels'].dtype == torch.int64 and v['labels'].tolist() == [0, 1, 2, 3, 4]
turned, row = v['model']['turned'], v['model']['row']
assert turned.equal(torch.arange(12.).reshape(3, 4).t()) and turned.stride() == (1, 4)
assert type(row) is nn.Parameter and row.tolist() == [4, 5, 6, 7]
turned[0, 1] = 99  # the same memory
assert row[0] == 99
EOF

torch_test torch_writes_files_for_us <<'EOF'
net = NeuralNetwork()
net.load_state_dict(torch.load('lenet5.pth'))
torch.save(net.state_dict(), 'theirs.pth')
torch.save({'epoch': 3, 'lr': 0.9, 'model': net.state_dict(), 'hist': [1.5, (2, None)],
            'optimizer': torch.optim.SGD(net.parameters(), lr=0.9).state_dict()}, 'checkpoint.pth')
torch.save(net.double().state_dict(), 'double.pth')
torch.save(net, 'whole.pth')
torch.save(net.state_dict(), 'old.pth', _use_new_zipfile_serialization=False)
class Evil:
    def __reduce__(self):
        return (open, ('ran', 'w'))
torch.save({'w': Evil()}, 'evil.pth')
EOF
cat >>test.py <<'EOF'


failures = 0
for test in TESTS:
    try:
        test()
        print('[       OK ]', test.__name__)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print('[  FAILED  ]', test.__name__)
        failures += 1
sys.exit(failures)
EOF
"$python" test.py || failures=$?

begin what_torch_writes_is_read
run eval lenet5.pth --data set
cp out wanted
for theirs in theirs checkpoint double; do
	run eval $theirs.pth --data set
	expect_status 0
	expect_same wanted out
done

begin what_is_no_state_dict_is_refused_in_one_line
for refused in whole old evil; do
	run eval $refused.pth --data set
	expect_status 4
	expect_one_line
done
run eval whole.pth --data set
expect_in err 'save model.state_dict\(\) instead'
[ ! -e ran ] || complain "the file's code must not run"

finish
