# SPDX-License-Identifier: MIT
# docs/getting-started.md: every step, in its order, as it stands there.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
installed
export PATH=$prefix/bin:$PATH
cd "$shown/start"
cmp "$shown/start/install.sh" "$shown/install.sh"
grep -qxF "kaffe mock --topics greetings:4,answers" "$shown/start/mock.sh"
grep -q '^export KAFFE_ENDPOINTS=127\.0\.0\.1:' "$shown/start/endpoints.sh"
start_mock greetings:4,answers
export KAFFE_ENDPOINTS=$endpoints

# step BLOCK: it ends well and complains of nothing.
step() {
    local said=$scratch/${1##*/}
    bash -euo pipefail "$1" >"$said.out" 2>"$said.err" || fail "$1: $?" "$(cat "$said.err")"
    [ ! -s "$said.err" ] || fail "$1 said: $(cat "$said.err")"
}

# answers COUNT: so many are there.
answers() {
    kaffe consume -t answers -e >"$scratch/answers" 2>/dev/null && has_lines "$1" "$scratch/answers"
}

step "$shown/start/produce.sh"
step "$shown/start/consume.sh"
diff "$shown/start/consumed.txt" <(sort "$scratch/consume.sh.out")
step "$shown/start/copy.sh"
answers 3 || fail "$(cat "$scratch/answers")"
step "$shown/start/partition.sh"
has_lines 3 "$scratch/partition.sh.out"
step "$shown/start/group.sh"
has_lines 3 "$scratch/group.sh.out"

grep -q '^kaffe run kaffe.yaml$' "$shown/start/run.sh"
sed -i '$d' "$shown/start/run.sh"
step "$shown/start/run.sh"
grep -q 'kaffe.yaml is fine: consumer greetings; producer' "$scratch/run.sh.out"
kaffe run kaffe.yaml 2>"$scratch/run.log" &
example_pid=$!
until_true answers 6
stop_example INT
grep -q 'to you, too' "$scratch/answers"

sed -i '/^\.\/greeter$/d' "$shown/start/compile.sh"
step "$shown/start/compile.sh"
./greeter 2>"$scratch/greeter.log" &
example_pid=$!
until_true answers 9
stop_example INT
ls "$shown/start/handler.c" "$shown/start/kaffe.yaml" "$shown/start/greeter.c" "$shown/start/consumed.txt"
