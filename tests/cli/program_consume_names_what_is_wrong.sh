# SPDX-License-Identifier: MIT
# kaffe consume: one line names the culprit; a signal is a good end; a reader that has gone is no error.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock orders
mock=(consume -b "$endpoints" -t orders)
seq 1000 | "$kaffe" produce -b "$endpoints" -t orders

echo 'producer: {endpoints: [kafka:9092]}' >"$scratch/kaffe.yaml"
says 2 'kaffe consume: endpoints is required: Brokers to ask first, as host:port; IPv6 as [::1]:9092 (-b)' \
    consume -F "$scratch/kaffe.yaml" -t orders
says 2 'kaffe consume: no token %q: there are %s %S %R %k %K %T %h %t %p %o %%' "${mock[@]}" -f %q
says 2 'kaffe consume: endpoints is required: Brokers to ask first, as host:port; IPv6 as [::1]:9092; topics is required: Topics to read (-b, -t)' consume
says 2 'kaffe consume: -o foo: must be beginning, end, stored, N, -N, s@MS or e@MS' "${mock[@]}" -o foo
says 2 'kaffe consume: -o stored: only with -g, groups store offsets' "${mock[@]}" -o stored
says 2 'kaffe consume: --json and --format exclude each other' "${mock[@]}" -J -f %s
says 2 "kaffe consume: -e goes without -g: a group's partitions come and go; -c N ends it" "${mock[@]}" -g g -e
says 2 'kaffe consume: -p goes without -g: the group shares them out' "${mock[@]}" -g g -p 0
says 2 'kaffe consume: with -g, -o must be beginning, end or stored: a group starts where it has committed' \
    "${mock[@]}" -g g -o 3
says 2 'kaffe consume: workers = 3: one writes, in turn' "${mock[@]}" --workers 3
says 1 'kaffe consume: partitions: topic orders has no partition 9, it has 1, counted from 0' "${mock[@]}" -p 9
says 1 'kaffe consume: topic x was not found within start_timeout_ms = 500: 127.0.0.1:1: connection refused: check endpoints = "127.0.0.1:1"' \
    consume -b 127.0.0.1:1 -t x --start-timeout-ms 500

for signal in INT TERM; do
    : >"$scratch/lines"
    "$kaffe" "${mock[@]}" >>"$scratch/lines" 2>"$scratch/err" &
    example_pid=$!
    until_true has_lines 1000 "$scratch/lines" # nothing is held back while the topic is quiet
    stop_example "$signal"
    [ ! -s "$scratch/err" ] || fail "$(cat "$scratch/err")"
done

status=0
"$kaffe" "${mock[@]}" -e 2>"$scratch/err" >/dev/full || status=$?
[ "$status" = 1 ] || fail "a full disk: status $status"
[ "$(cat "$scratch/err")" = 'kaffe consume: stdout: No space left on device' ] || fail "$(cat "$scratch/err")"

status=0
exec 4> >(:)
wait $!
timeout 20 "$kaffe" "${mock[@]}" >&4 2>"$scratch/err" || status=$?
exec 4>&-
[ "$status" = 141 ] || fail "nobody reads: status $status"
[ ! -s "$scratch/err" ] || fail "$(cat "$scratch/err")"

# That is noticed in a quiet topic, too.
status=$(timeout 60 "$kaffe" "${mock[@]}" 2>"$scratch/err" | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}")
[ "$status" = 141 ] || fail "nobody reads any more: status $status"
[ ! -s "$scratch/err" ] || fail "$(cat "$scratch/err")"

# Nobody takes what it writes: it does not wait for that longer than it was told.
seq 1 30000 | "$kaffe" produce -b "$endpoints" -t orders
mkfifo "$scratch/pipe"
exec 5<>"$scratch/pipe"
"$kaffe" "${mock[@]}" >"$scratch/pipe" 2>"$scratch/err" &
example_pid=$!
waits_for_room() {
    cat "/proc/$example_pid"/task/*/wchan | grep pipe_write >/dev/null
}
until_true waits_for_room
status=0
kill -s INT "$example_pid"
wait "$example_pid" || status=$?
example_pid=
[ "$status" = 1 ] || fail "nobody takes it: status $status"
grep -q '^kaffe consume: stopped within shutdown_timeout_ms = 2000, but a handler has not returned (handlers still running: 1, ' "$scratch/err" ||
    fail "$(cat "$scratch/err")"
