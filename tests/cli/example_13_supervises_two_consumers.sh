# SPDX-License-Identifier: MIT
# Each greeting has its answer, which the other consumer prints; a signal stops both in order.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:2,answers:2
example 06_produce_async "$endpoints" 20
start_example 13_supervisor "$endpoints"
until_true has_lines 20 "$scratch/13_supervisor"
! grep -v ': to you, too$' "$scratch/13_supervisor" || fail "other lines"
stop_example TERM
[ "$(grep -c 'consumer\.stopped .*left_behind=no' "$scratch/13_supervisor.log")" = 2 ] ||
    fail "$(cat "$scratch/13_supervisor.log")"
grep 'consumer\.stopped\|producer\.closed' "$scratch/13_supervisor.log" | tail -n 1 |
    grep -q producer.closed || fail "$(cat "$scratch/13_supervisor.log")"
