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
# The topic tells, since the log is limited. A death before a commit may write a letter again.
"$kaffe" consume -q -b "$endpoints" -t orders.dlq -o beginning -e -f '%h\n' >"$scratch/letters"
for partition in "${!ways[@]}"; do # how its process ended, two of them may have caused together
    grep -F "__dlq.errors.partition=$partition," "$scratch/letters" | grep -F 'delivery.count=1,' |
        grep -qE 'message=the handler (crashed: SIG|ended its process: exit code )' ||
        fail "$partition: no letter" "$(cat "$scratch/letters")"
done
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
