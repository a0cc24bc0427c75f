# SPDX-License-Identifier: MIT
# With --log-format json, what consume and produce log is JSON, as what run logs.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock orders

# all_json: what was written to stderr is, and is something.
all_json() {
    [ -s "$scratch/err" ] || fail "nothing was logged"
    if grep -v '^{"time":".*","level":".*","event":".*}$' "$scratch/err"; then
        fail "that is no JSON"
    fi
}

printf 'one\n' | "$kaffe" produce --log-format json -b "$endpoints" -t orders 2>"$scratch/err"
all_json
"$kaffe" consume --log-format json -b "$endpoints" -t orders -e >"$scratch/out" 2>"$scratch/err"
[ "$(cat "$scratch/out")" = one ] || fail "$(cat "$scratch/out")"
all_json
