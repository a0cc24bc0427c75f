# SPDX-License-Identifier: MIT
# docs/getting-started.md: every step, in its order, as it stands there.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
installed
export PATH=$prefix/bin:$PATH
cd "$shown/start"
cmp install.sh "$shown/install.sh"
grep -qxF "kaffe mock --topics greetings:4,answers" "$shown/start/mock.sh"
grep -q '^export KAFFE_ENDPOINTS=127\.0\.0\.1:' "$shown/start/endpoints.sh"
start_mock greetings:4,answers
export KAFFE_ENDPOINTS=$endpoints

# step BLOCK: it ends well and complains of nothing.
step() {
    bash -euo pipefail "$shown/start/$1" >"$scratch/$1.out" 2>"$scratch/$1.err" || fail "$1: $?" "$(cat "$scratch/$1.err")"
    [ ! -s "$scratch/$1.err" ] || fail "$1 said: $(cat "$scratch/$1.err")"
}

# answers COUNT: so many are there.
answers() {
    kaffe consume -t answers -e >"$scratch/answers" 2>/dev/null && has_lines "$1" "$scratch/answers"
}

step produce.sh
step consume.sh
diff consumed.txt <(sort "$scratch/consume.sh.out")
step copy.sh
answers 3 || fail "$(cat "$scratch/answers")"
step partition.sh
has_lines 3 "$scratch/partition.sh.out"
step group.sh
has_lines 3 "$scratch/group.sh.out"

grep -q '^kaffe run kaffe.yaml$' "$shown/start/run.sh"
sed -i '$d' "$shown/start/run.sh"
step run.sh
grep -q 'kaffe.yaml is fine: consumer greetings; producer' "$scratch/run.sh.out"
kaffe run kaffe.yaml 2>"$scratch/run.log" &
example_pid=$!
until_true answers 6
stop_example INT
grep -q 'to you, too' "$scratch/answers"

sed -i '/^\.\/greeter$/d' "$shown/start/compile.sh"
step compile.sh
./greeter 2>"$scratch/greeter.log" &
example_pid=$!
until_true answers 9
stop_example INT
ls "$shown/start/handler.c" "$shown/start/kaffe.yaml" "$shown/start/greeter.c" "$shown/start/consumed.txt"
