# SPDX-License-Identifier: MIT
# worker_open and worker_close: two workers, a file each; a file that can not be opened ends it.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4
example 06_produce_async "$endpoints" 200
mkdir "$scratch/archive"
start_example 05_worker_context "$endpoints" "$scratch/archive"
until_true has_lines 200 "$scratch/archive/worker-1" "$scratch/archive/worker-2"
stop_example TERM
[ "$(cat "$scratch"/archive/* | cut -d ' ' -f 1,2 | sort -u | wc -l)" = 200 ] || fail "not each once"
[ ! -e "$scratch/archive/worker-3" ] || fail "more than two workers"

# Another broker: there nobody has to be waited for who left the group.
kill "$mock_pid"
start_mock greetings:4
status=0
timeout 60 "$KAFFE_BUILD/examples/05_worker_context" "$endpoints" "$scratch/nowhere" \
    2>"$scratch/nowhere.log" || status=$?
[ "$status" = 1 ] || fail "status $status"
tail -n 1 "$scratch/nowhere.log" | grep -E '^worker_open: .*/nowhere/worker-[12] can not be written$' >/dev/null ||
    fail "$(cat "$scratch/nowhere.log")"
