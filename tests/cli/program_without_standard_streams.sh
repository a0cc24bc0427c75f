# SPDX-License-Identifier: MIT
# A daemon's parent may have closed stdin, stdout or stderr: no socket takes its place.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock orders
seq 10 | "$kaffe" produce -b "$endpoints" -t orders 2>&-

status=0
timeout 20 "$kaffe" produce -b "$endpoints" -t orders <&- 2>"$scratch/err" || status=$?
[ "$status" = 1 ] || fail "produce without stdin: status $status" "$(cat "$scratch/err")"
[ "$(cat "$scratch/err")" = 'kaffe produce: 1 of 1 not written: stdin: reading: Bad file descriptor' ] ||
    fail "$(cat "$scratch/err")"

status=0
timeout 20 "$kaffe" consume -b "$endpoints" -t orders -e >&- 2>"$scratch/err" || status=$?
[ "$status" = 1 ] || fail "consume without stdout: status $status" "$(cat "$scratch/err")"
[ "$(cat "$scratch/err")" = 'kaffe consume: stdout can not be opened' ] || fail "$(cat "$scratch/err")"

timeout 20 "$kaffe" consume -b "$endpoints" -t orders -e <&- 2>&- >"$scratch/lines"
seq 10 | cmp - "$scratch/lines" || fail "not what was produced" "$(cat "$scratch/lines")"
