# SPDX-License-Identifier: MIT
# kaffe run: two consumers of one file with one module each, the second one producing with the
# file's producer to the first one's topic; --check connects to nothing; a signal ends all well.
source "$KAFFE_SOURCE/tests/cli/program/module.sh"
printing_module orders handle_message
module refunds <<'C'
KAFFE_MODULE;
KAFFE_API kaffe_status late_handle_messages(const kaffe_batch *batch, void *ctx);
kaffe_status late_handle_messages(const kaffe_batch *batch, void *ctx)
{
    const kaffe_module_context *context = ctx;
    for (size_t i = 0; i < kaffe_batch_count(batch); i++) {
        kaffe_error err;
        const kaffe_message *m = kaffe_batch_at(batch, i);
        const kaffe_record record = { .key = m->key, .value = kaffe_text("copied") };
        if (kaffe_produce_sync(context->producer, &record, &err) != KAFFE_OK)
            return kaffe_fail(m, "%s", err.message);
    }
    return KAFFE_OK;
}
C
start_mock orders:2,greetings:4
{
    echo 'consumers:'
    consumer orders orders ./orders.so
    consumer refunds greetings ./refunds.so:late_handle_messages
    printf 'producer:\n  endpoints: %s\n  topics: orders\n' "$endpoints"
} >kaffe.yaml

says 0 "" run --check kaffe.yaml
[ "$(cat "$scratch/out")" = 'kaffe run: kaffe.yaml is fine: consumers orders, refunds; producer' ] ||
    fail "$(cat "$scratch/out")"

example 06_produce_async "$endpoints" 100
for signal in TERM INT; do
    start_run kaffe.yaml --offset-commit-interval-ms 100 --set consumers.orders.workers=1
    if [ "$signal" = TERM ]; then # the second time, all is committed
        until_true has_lines 100 "$scratch/run"
        grep -vE '^orders [01] copied$' "$scratch/run" && fail "other lines"
    else
        until_true grep -q 'consumer\.started.*group-refunds' "$scratch/run.log"
    fi
    kill -s "$signal" "$run_pid"
    ends_run 0
    [ -z "$(run_said)" ] || fail "$(run_said)"
done
has_lines 0 "$scratch/run" || fail "what was committed came again" "$(cat "$scratch/run")"
