# SPDX-License-Identifier: MIT
# kaffe produce and consume: on a terminal, and when it takes long, a line says how far it is, and goes
# away at the end. Without a terminal, or with -q, there is none.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock orders
export kaffe endpoints

# slowly: lines for three seconds.
slowly='for i in 1 2 3 4 5 6 7 8 9 10 11 12; do seq 1000; sleep 0.25; done'

# at_terminal COMMAND: with stderr at one; what it got is in $scratch/terminal.
at_terminal() {
    timeout 60 script -qec "bash -c '$1'" "$scratch/terminal" >/dev/null
}

told=$'[0-9]+ messages, [0-9.]+ MB, [0-9]+/s\e\\[K'
at_terminal "{ $slowly; } | \$kaffe produce -b \$endpoints -t orders"
grep -qE "$told" "$scratch/terminal" || fail "$(cat -v "$scratch/terminal")"
grep -qF $'\r\e[K' "$scratch/terminal" || fail "it stays: $(cat -v "$scratch/terminal")"
at_terminal "{ $slowly; } | \$kaffe produce -q -b \$endpoints -t orders"
! grep -q messages "$scratch/terminal" || fail "in spite of -q: $(cat -v "$scratch/terminal")"
{ eval "$slowly"; } | "$kaffe" produce -b "$endpoints" -t orders 2>"$scratch/err"
[ ! -s "$scratch/err" ] || fail "without a terminal: $(cat -v "$scratch/err")"

{ eval "$slowly; $slowly"; } | "$kaffe" produce -b "$endpoints" -t orders &
at_terminal "\$kaffe consume -b \$endpoints -t orders -c 60000 >/dev/null"
wait $!
grep -qE "$told" "$scratch/terminal" || fail "$(cat -v "$scratch/terminal")"
