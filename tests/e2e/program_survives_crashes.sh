# SPDX-License-Identifier: MIT
# kaffe run with worker processes on a real Kafka, as static members: what crashes is tried again and
# then is a dead letter with the crash as its reason; all others are handled in order, and committed.
source "$KAFFE_SOURCE/tests/e2e/program/kafka.sh"
make_topic letters 1
letters=$topic
make_topic crashes 4
source "$KAFFE_SOURCE/tests/cli/program/crashing.sh"
endpoints=$KAFFE_TEST_ENDPOINTS
name=crashes-$$-$(date +%s%N)
session_ms=30000 # a test that waits for it is over before
ways=(null abort overflow exit)
for partition in "${!ways[@]}"; do
    produce "$partition" "before-$partition" "${ways[partition]}" "after-$partition" "last-$partition"
done
file 2 'max_attempts: 2' 'on_failure: dead_letter' "dead_letter_topic: $letters" \
    'group_instance_id: place' 'workers: 4'
start_run kaffe.yaml
all_are_handled() {
    local partition
    for partition in "${!ways[@]}"; do
        seen "$partition 0 before-$partition 1" "$partition 1 ${ways[partition]} 1" \
            "$partition 1 ${ways[partition]} 2" "$partition 2 after-$partition 1" \
            "$partition 3 last-$partition 1" || return 1
    done
}
until_true all_are_handled
kill -s TERM "$run_pid"
ends_run 0
[ -z "$(run_said)" ] || fail "$(run_said)"
# What comes for the first time does so in order.
awk '!seen[$1, $2]++ { if ($2 < last[$1]) exit 1; last[$1] = $2 }' "$scratch/run" ||
    fail "not in order" "$(cat "$scratch/run")"
"$kaffe" consume "${to_kafka[@]}" -t "$letters" -e -f '%s %h\n' >"$scratch/letters"
for cause in 'null .*the handler crashed: SIGSEGV' 'abort .*the handler crashed: SIGABRT' \
    'overflow .*the handler crashed: SIGSEGV' 'exit .*the handler ended its process: exit code 0'; do
    grep -q "^$cause" "$scratch/letters" || fail "no letter: $cause" "$(cat "$scratch/letters")"
done

# All of it is committed: what begins again begins behind the last one.
start_run kaffe.yaml
until_true logged 'partition.started .*partition=0 offset=4' 'partition.started .*partition=3 offset=4'
kill -s TERM "$run_pid"
ends_run 0
has_lines 0 "$scratch/run" || fail "what was committed came again" "$(cat "$scratch/run")"
