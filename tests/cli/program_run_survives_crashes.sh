# SPDX-License-Identifier: MIT
# kaffe run with worker processes: whatever way a handler crashes, its message is blamed, and after
# max_attempts it is a dead letter; all others are handled, and none is blamed for it.
source "$KAFFE_SOURCE/tests/cli/program/crashing.sh"
start_mock orders:7,orders.dlq
ways=(segv null abort exit _exit kill overflow)
for partition in "${!ways[@]}"; do
    produce "$partition" "before-$partition" "${ways[partition]}" "after-$partition"
done
file 2 'max_attempts: 1' 'on_failure: dead_letter'
start_run kaffe.yaml
all_are_handled() {
    local partition
    for partition in "${!ways[@]}"; do
        seen "$partition 0 before-$partition 1" "$partition 1 ${ways[partition]} 1" \
            "$partition 2 after-$partition 1" || return 1
    done
}
until_true all_are_handled
for cause in SEGV ABRT KILL; do
    logged "dead_letter.written .*attempts=1 .*error=\"the handler crashed: SIG$cause\"" ||
        fail "no dead letter of SIG$cause" "$(cat "$scratch/run.log")"
done
logged 'error="the handler ended its process: exit code 0"' 'exit code 9' ||
    fail "no exit" "$(cat "$scratch/run.log")"
[ "$(grep -c 'dead_letter.written' "$scratch/run.log")" -ge 7 ] || fail "$(cat "$scratch/run.log")"
# One that was in hand when another one crashed is handed out again, and not blamed for that.
grep -E ' [^1]$' "$scratch/run" && fail "handed out after its last attempt, or blamed for another"
ids=$(workers)
kill -s TERM "$run_pid"
ends_run 0
# shellcheck disable=SC2086
nobody_is_left $ids || fail "somebody is left"
[ -z "$(run_said)" ] || fail "$(run_said)"

# All is committed.
start_run kaffe.yaml
until_true logged 'processes.ready'
until_true logged 'partition.started .*partition=6'
kill -s INT "$run_pid"
ends_run 0
has_lines 0 "$scratch/run" || fail "what was committed came again" "$(cat "$scratch/run")"
