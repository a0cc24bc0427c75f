# SPDX-License-Identifier: MIT
# kaffe run with worker processes: after SIGKILL all that was in hand is suspect; each is tried alone,
# and who passes is not blamed. A handler that does not return in time is, and its neighbour is not.
# SIGHUP replaces the worker processes one after another, if nothing is wrong with the file.
source "$KAFFE_SOURCE/tests/cli/program/crashing.sh"
start_mock orders:3
for partition in 0 1 2; do
    produce "$partition" "slow-$partition"
done
file 1 'max_attempts: 1' 'on_failure: skip' 'handler_timeout_ms: 4000' 'on_handler_timeout: exit'
start_run kaffe.yaml
until_true seen '0 0 slow-0 1' '1 0 slow-1 1' '2 0 slow-2 1'
# shellcheck disable=SC2046
kill -s KILL $(workers)
until_true logged 'message.crashed .*partition=0.* suspect=yes' \
    'message.crashed .*partition=1.* suspect=yes' 'message.crashed .*partition=2.* suspect=yes'
each_came_twice() {
    [ "$(grep -c ' slow-. 1$' "$scratch/run")" = 6 ]
}
until_true each_came_twice
! logged 'message.skipped' || fail "a suspect was given up" "$(cat "$scratch/run.log")"

# A handler that hangs, beside one that is slow.
produce 0 hang after-hang
produce 1 slow-next
until_true seen '0 2 after-hang 1'
logged 'message.skipped .*partition=0 offset=1 attempts=1 error="the handler did not return: handler_timeout_ms"' \
    'message.crashed .*suspect=no' || fail "$(cat "$scratch/run.log")"
[ "$(grep -c 'message.skipped' "$scratch/run.log")" = 1 ] || fail "$(cat "$scratch/run.log")"
until_true seen '1 1 slow-next 1'
grep -E ' [2-9]$' "$scratch/run" && fail "somebody else was blamed"

# A wrong file replaces nobody, a right one all.
before=$(workers)
cp kaffe.yaml right.yaml
sed -i 's/max_attempts: 1/max_attempts: one/' kaffe.yaml
kill -s HUP "$run_pid"
until_true logged 'configuration.refused'
[ "$(workers)" = "$before" ] || fail "replaced by a wrong file" "$(cat "$scratch/run.log")"
sed 's/processes: 1/processes: 2/' right.yaml >kaffe.yaml
kill -s HUP "$run_pid"
two_are_ready() {
    [ "$(grep -c 'processes.ready processes=2' "$scratch/run.log")" = 1 ]
}
until_true two_are_ready
# shellcheck disable=SC2086
nobody_is_left $before || fail "not replaced" "$(cat "$scratch/run.log")"
logged 'consumer.started .* process=2' || fail "no number in the log" "$(cat "$scratch/run.log")"
produce 2 after-reload
until_true seen '2 1 after-reload 1'
kill -s TERM "$run_pid"
ends_run 0
