# SPDX-License-Identifier: MIT
# kaffe run with worker processes: however it ends, none of them is left behind, also when a handler
# hangs or a worker process does not answer at all.
source "$KAFFE_SOURCE/tests/cli/program/crashing.sh"
start_mock orders:2
produce 0 hang
file 2 'shutdown_timeout_ms: 500'

begin() {
    start_run kaffe.yaml
    until_true logged 'processes.ready'
    mapfile -t ids < <(workers)
    [ "${#ids[@]}" = 2 ] || fail "${#ids[@]} worker processes" "$(cat "$scratch/run.log")"
}

# A handler that hangs: its process says so, and the status is 1.
begin
until_true seen '0 0 hang 1'
kill -s TERM "$run_pid"
ends_run 1
nobody_is_left "${ids[@]}" || fail "somebody is left after a handler that hangs"
[[ "$(run_said)" == *'did not stop in order: it ended with exit code 1'* ]] || fail "$(run_said)"

# One that does not even hear the signal is killed.
begin
kill -s STOP "${ids[0]}"
kill -s INT "$run_pid"
ends_run 1
logged 'process.killed process=1 ' || fail "not killed" "$(cat "$scratch/run.log")"
nobody_is_left "${ids[@]}" || fail "somebody is left after SIGKILL"

# A second signal ends all at once.
begin
kill -s STOP "${ids[@]}"
kill -s TERM "$run_pid"
sleep 0.4 # less, and it would count as the same
kill -s TERM "$run_pid"
ends_run 143
until_true nobody_is_left "${ids[@]}"

# They end with the process that started them.
begin
kill -s KILL "$run_pid"
ends_run 137
until_true nobody_is_left "${ids[@]}"

# Before anything runs, what is wrong is told once, modules included.
file 2 'workers: 0'
says 2 'kaffe run: kaffe.yaml:16: consumers.orders.workers = "0": must be a whole number of threads, 1..1024' \
    run kaffe.yaml
handler=./no.so file 2
start_run kaffe.yaml
ends_run 2
[ "$(run_said | wc -l)" = 1 ] || fail "$(run_said)"
[[ "$(run_said)" == *'no.so'*'No such file'* ]] || fail "$(run_said)"

# What no message is to blame for counts as a restart.
module leaving <<'C'
KAFFE_MODULE;
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
KAFFE_API kaffe_status worker_open(void *ctx, void **worker_ctx, kaffe_error *err);
kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)m;
    (void)ctx;
    return KAFFE_OK;
}
kaffe_status worker_open(void *ctx, void **worker_ctx, kaffe_error *err)
{
    (void)ctx;
    (void)worker_ctx;
    (void)err;
    _exit(5);
}
C
handler=./leaving.so file 1
sed -i 's/  restart_backoff_ms: 50/&\n  max_restarts: 1/' kaffe.yaml
start_run kaffe.yaml
ends_run 1
[[ "$(run_said)" == 'kaffe run: worker process 1 ended with exit code 5, once more than max_restarts = 1 within max_seconds = 60 allows' ]] ||
    fail "$(run_said)" "$(cat "$scratch/run.log")"
