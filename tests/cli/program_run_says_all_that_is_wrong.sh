# SPDX-License-Identifier: MIT
# kaffe run and a wrong configuration: a line for each mistake, status 2, and nobody is connected to.
source "$KAFFE_SOURCE/tests/cli/program/module.sh"
printing_module good handle_message
printing_module unmarked handle_message
sed -i '/KAFFE_MODULE/d' unmarked.c && cc -shared -fPIC -I "$KAFFE_SOURCE/include" -o unmarked.so unmarked.c
echo 'KAFFE_MODULE;' | module empty
module both <<'C'
KAFFE_MODULE;
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
KAFFE_API kaffe_status handle_messages(const kaffe_batch *batch, void *ctx);
kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    return m && ctx ? KAFFE_OK : KAFFE_FAILED;
}
kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    return batch && ctx ? KAFFE_OK : KAFFE_FAILED;
}
C

# refused ARGUMENT...: status 2, nothing on stdout; what was said is then in $scratch/err.
refused() {
    local status=0
    timeout 20 "$kaffe" run "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = 2 ] || fail "kaffe run $*: status $status" "$(cat "$scratch/err")"
    [ ! -s "$scratch/out" ] || fail "$(cat "$scratch/out")"
    ! grep -v '^kaffe run: ' "$scratch/err" || fail "a line of somebody else"
}

# named WORD...: of the last refusal, exactly one line has all these words.
named() {
    local lines=$scratch/lines word
    cp "$scratch/err" "$lines"
    for word in "$@"; do
        grep -F -- "$word" "$lines" >"$lines.next" || fail "not named: $*" "$(cat "$scratch/err")"
        mv "$lines.next" "$lines"
    done
    [ "$(wc -l <"$lines")" = 1 ] || fail "more than one line: $*" "$(cat "$scratch/err")"
}

refused missing.yaml
named missing.yaml 'No such file'
mkdir folder.yaml
refused folder.yaml
named folder.yaml
printf 'consumers: [\n' >broken.yaml
refused broken.yaml
named broken.yaml:
: >empty.yaml
refused empty.yaml
named 'kaffe run: empty.yaml: there is no consumer: write one under consumers:'

# All that a file can say wrongly, at once.
cat >wrong.yaml <<'YAML'
consumers:
  orders:
    endpoints: [kafka:9092]
    topics: orders
    max_byte: 5000
    workers: many
    message_handler: ./good.so
  refunds:
    endpoints: kafka
    topics: refunds
    consumer_group: refunds
    max_bytes: 17
    offset_reset_policy: newest
    message_handler: ./good.so
producer:
  endpoints: kafka:9092
  partition_strategy: md6
YAML
refused wrong.yaml --check
named wrong.yaml:5: max_byte max_bytes
named wrong.yaml:6: workers many
named orders consumer_group required
named wrong.yaml:9: endpoints kafka
named wrong.yaml:12: max_bytes 17 4096..1073741824
named wrong.yaml:13: offset_reset_policy newest
named wrong.yaml:17: partition_strategy md6
[ "$(wc -l <"$scratch/err")" = 7 ] || fail "$(cat "$scratch/err")"

# All that can be wrong with modules, at once, in a file that is right.
{
    echo 'consumers:'
    consumer good a ./good.so
    consumer absent b ./absent.so
    consumer unmarked c ./unmarked.so
    consumer empty d ./empty.so
    consumer both e ./both.so
    consumer symbol f ./good.so:late_handle_message
    printf '  silent:\n    endpoints: nowhere:9092\n    topics: g\n    consumer_group: silent\n'
    printf 'producer:\n  endpoints: nowhere:9092\n  partition_strategy: ./good.so:by_country\n'
} >modules.yaml
refused modules.yaml
named modules.yaml absent.so 'No such file'
named modules.yaml unmarked.so KAFFE_MODULE
named modules.yaml empty.so 'neither handle_message nor handle_messages'
named modules.yaml both.so 'handle_message and handle_messages: name one'
named modules.yaml good.so:late_handle_message 'no such symbol'
named silent message_handler required
named modules.yaml good.so:by_country 'no such symbol'
[ "$(wc -l <"$scratch/err")" = 7 ] || fail "$(cat "$scratch/err")"

# What flags and the environment say is named by them.
{
    echo 'consumers:'
    consumer good a ./good.so
} >kaffe.yaml
refused kaffe.yaml --max-bytes 17 --set consumers.goood.workers=2 --set linger_ms=0x5
named --max-bytes 17 4096..1073741824
named '--set consumers.goood.workers: no such option' 'did you mean consumers.good.workers?'
named '--set linger_ms = "0x5"'
KAFFE_WORKERS=0 refused kaffe.yaml
named KAFFE_WORKERS 1..1024
says 0 "" run kaffe.yaml --check
[ "$(cat "$scratch/out")" = 'kaffe run: kaffe.yaml is fine: consumer good' ] || fail "$(cat "$scratch/out")"
says 2 'kaffe run: no flag --max-byte: did you mean --max-bytes?' run kaffe.yaml --max-byte 17
says 2 'kaffe run: FILE is missing: kaffe help run shows what it takes' run --check
