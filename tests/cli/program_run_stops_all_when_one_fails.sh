# SPDX-License-Identifier: MIT
# kaffe run: when one consumer fails, one line names it and why, the others stop in order, status 1.
source "$KAFFE_SOURCE/tests/cli/program/module.sh"
printing_module orders handle_message
module broken <<'C'
KAFFE_MODULE;
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
KAFFE_API kaffe_status worker_open(void *ctx, void **worker_ctx, kaffe_error *err);
kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    return kaffe_fail(m, "never called");
}
kaffe_status worker_open(void *ctx, void **worker_ctx, kaffe_error *err)
{
    (void)ctx;
    (void)worker_ctx;
    snprintf(err->message, sizeof err->message, "no database");
    return err->status = KAFFE_FAILED;
}
C
start_mock orders,greetings:4
{
    echo 'consumers:'
    consumer orders orders ./orders.so
    consumer refunds greetings ./broken.so
} >kaffe.yaml
example 06_produce_async "$endpoints" 10
start_run kaffe.yaml --max-restarts none
ends_run 1
[[ "$(run_said)" == 'kaffe run: consumer refunds: '*'no database'* ]] || fail "$(run_said)"
[ "$(run_said | wc -l)" = 1 ] || fail "$(run_said)"
grep -q 'consumer\.stopped .*group=group-orders' "$scratch/run.log" || fail "$(cat "$scratch/run.log")"

# One that can not begin fails like any other, and is told once.
{
    echo 'consumers:'
    consumer orders orders ./orders.so
    consumer refunds greetings ./orders.so | sed 's/endpoints: .*/endpoints: 127.0.0.1:1/'
    echo '    start_timeout_ms: 200'
} >kaffe.yaml
start_run kaffe.yaml --max-restarts none
ends_run 1
[[ "$(run_said)" == 'kaffe run: consumer refunds: '*'start_timeout_ms = 200'*'127.0.0.1:1: connection refused'* ]] ||
    fail "$(run_said)"
[ "$(run_said | wc -l)" = 1 ] || fail "$(run_said)"
