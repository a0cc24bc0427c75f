# SPDX-License-Identifier: MIT
# kaffe run under systemd, or what looks like it: a socket hears when it is ready, reads its file
# again, lives, does not, and stops.
source "$KAFFE_SOURCE/tests/cli/program/module.sh"
listener_pid=
trap 'kill $mock_pid $run_pid $listener_pid 2>/dev/null || true; rm -rf "$scratch"' EXIT
module orders <<'C'
KAFFE_MODULE;
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    if (m->value.size == 4)
        pause();
    return KAFFE_OK;
}
C
heard() {
    grep -qE -- "$1" "$scratch/heard"
}
ready_times() {
    [ "$(grep -cx READY=1 "$scratch/heard")" = "$1" ]
}
says_at_last() {
    [ "$(grep STATUS= "$scratch/heard" | tail -n 1)" = "STATUS=$1" ]
}
start_listener() {
    "$KAFFE_BUILD/tests/programs/notify_listener" "$1" >"$scratch/heard" &
    listener_pid=$!
    until_true heard listening
    export NOTIFY_SOCKET=$1 WATCHDOG_USEC=20000
}

start_mock a,b
{
    echo 'consumers:'
    consumer orders a ./orders.so 'handler_timeout_ms: 500'
    consumer refunds b ./orders.so
    printf 'supervisor:\n  restart_backoff_ms: 30000\n'
} >kaffe.yaml
start_listener "@kaffe-systemd-$$"
start_run kaffe.yaml --shutdown-timeout-ms 300
until_true heard '^READY=1$'
until_true heard '^STATUS=2 of 2 consumers running$'
until_true heard '^WATCHDOG=1$'
ready_times 1 || fail "$(cat "$scratch/heard")"

cp kaffe.yaml good.yaml
echo 'producers:' >>kaffe.yaml
kill -s HUP "$run_pid"
until_true heard '^STATUS=2 of 2 consumers running; the new configuration is wrong: kaffe.yaml:'
heard '^RELOADING=1, MONOTONIC_USEC=[0-9]+$' || fail "$(cat "$scratch/heard")"
until_true ready_times 2
cp good.yaml kaffe.yaml
kill -s HUP "$run_pid"
until_true grep -q 'configuration\.applied kept=2' "$scratch/run.log"
until_true ready_times 3
until_true says_at_last '2 of 2 consumers running'

# A handler that is overdue: systemd hears of it, and no more of WATCHDOG=1.
printf 'stop\n' | "$kaffe" produce -b "$endpoints" -t a -q
until_true heard '^STATUS=2 of 2 consumers running; consumer orders: a\[0\]@0: its handler runs '
kill -s TERM "$run_pid"
ends_run 1
heard '^STOPPING=1$' || fail "$(cat "$scratch/heard")"
sed -n '/its handler runs/,/^STOPPING/p' "$scratch/heard" | grep -qx WATCHDOG=1 &&
    fail "it was told to live" "$(cat "$scratch/heard")"
tail -n 1 "$scratch/heard" | grep -qx 'STATUS=Stopping\|WATCHDOG=1' || fail "$(cat "$scratch/heard")"
