# SPDX-License-Identifier: MIT
# kaffe run with a handler that does not return: the last line says what is left, status 1; or a
# second signal ends all at once, 128 + its number.
source "$KAFFE_SOURCE/tests/cli/program/module.sh"
module stuck <<'C'
KAFFE_MODULE;
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)m;
    (void)ctx;
    puts("stuck");
    fflush(stdout);
    for (;;)
        pause();
}
C
start_mock greetings:4
{
    echo 'consumers:'
    consumer refunds greetings ./stuck.so 'workers: 1'
    printf 'producer:\n  endpoints: %s\n  topics: orders\n' "$endpoints"
} >kaffe.yaml
example 06_produce_async "$endpoints" 10

start_run kaffe.yaml --shutdown-timeout-ms 300
until_true grep -q stuck "$scratch/run"
kill "$run_pid"
ends_run 1
[[ "$(tail -n 1 "$scratch/run.log")" == 'kaffe run: consumer refunds: left behind: '* ]] ||
    fail "$(cat "$scratch/run.log")"

start_run kaffe.yaml --shutdown-timeout-ms 3600000 --consumer-group another
until_true grep -q stuck "$scratch/run"
kill -s INT "$run_pid"
until ! kill -s INT "$run_pid" 2>/dev/null; do # those within 200 ms are the same one
    sleep 0.1
done
ends_run 130

# A change of the file that a stuck handler is in the way of: all stop, since its message would come
# beside it again.
start_run kaffe.yaml --shutdown-timeout-ms 300 --consumer-group a-third
until_true grep -q stuck "$scratch/run"
sed -i 's/workers: 1/workers: 2/' kaffe.yaml
kill -s HUP "$run_pid"
ends_run 1
run_said | tail -n 1 | grep -q '^kaffe run: consumer refunds: left behind: ' || fail "$(run_said)"
