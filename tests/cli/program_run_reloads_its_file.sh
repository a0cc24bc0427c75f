# SPDX-License-Identifier: MIT
# kaffe run and SIGHUP: what is unchanged is not disturbed, what is wrong is told and not done, what
# is new or changed is started, and a module that was replaced is loaded anew.
source "$KAFFE_SOURCE/tests/cli/program/module.sh"
# telling_module NAME TEXT: prints "CONSUMER TEXT VALUE" for each message.
telling_module() {
    module "$1.new" <<C
KAFFE_MODULE;
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    const kaffe_module_context *context = ctx;
    printf("%s $2 %.*s%s\n", context->consumer, KAFFE_TEXT(m->value), context->producer ? " and" : "");
    return KAFFE_OK;
}
C
    mv "$1.new.so" "$1.so"
}
# applied COUNT FIELDS: so many times in all was a configuration applied, at last so.
applied_times() {
    [ "$(grep -c 'configuration\.applied' "$scratch/run.log")" -ge "$1" ]
}
applied() {
    until_true applied_times "$1"
    [[ "$(grep 'configuration\.applied' "$scratch/run.log" | tail -n 1)" == *" $2" ]] ||
        fail "not $2:" "$(cat "$scratch/run.log")"
}
reload() {
    kill -s HUP "$run_pid"
    applied "$@"
}
# tells TOPIC VALUE LINE: a message of that value becomes this line.
tells() {
    printf '%s\n' "$2" | "$kaffe" produce -b "$endpoints" -t "$1" -q
    until_true grep -qx "$3" "$scratch/run"
}

telling_module orders one
telling_module refunds one
start_mock a,b,c
{
    echo 'consumers:'
    consumer orders a ./orders.so
    consumer refunds b ./refunds.so
} >kaffe.yaml
start_run kaffe.yaml --session-timeout-ms 4000 --heartbeat-interval-ms 300
applied 1 'kept=0 changed=0 added=2 removed=0 producer=same'
tells a x 'orders one x'
tells b x 'refunds one x'
reload 2 'kept=2 changed=0 added=0 removed=0 producer=same'

# All that is wrong, and nothing is done.
cp kaffe.yaml good.yaml
{
    cat good.yaml
    echo '    max_byte: 5000'
    echo '    workers: many'
} >kaffe.yaml
kill -s HUP "$run_pid"
until_true grep -q 'configuration\.refused' "$scratch/run.log"
run_said | grep -qF 'no such option: did you mean max_bytes?' || fail "$(run_said)"
run_said | grep -qF 'workers = "many"' || fail "$(run_said)"
{
    cat good.yaml
    consumer late c ./absent.so
} >kaffe.yaml
kill -s HUP "$run_pid"
until_true grep -q 'configuration\.refused.*absent\.so' "$scratch/run.log"
tells a y 'orders one y'

# One is changed, one is new; the third is not disturbed.
{
    echo 'consumers:'
    consumer orders a ./orders.so
    consumer refunds b ./refunds.so 'workers: 2'
    consumer late c ./refunds.so
} >kaffe.yaml
reload 3 'kept=1 changed=1 added=1 removed=0 producer=same'
tells b y 'refunds one y'
tells c y 'late one y'

# A module that was replaced, twice: its consumers are changed; the file has to be another one, not the old one with new bytes.
for text in two three; do
    telling_module refunds "$text"
    reload "$((3 + (${#text} > 3) + 1))" 'kept=1 changed=2 added=0 removed=0 producer=same'
    tells b "$text" "refunds $text $text"
    tells c "$text" "late $text $text"
done
touch refunds.so
kill -s HUP "$run_pid"
until_true grep -q 'configuration\.refused.*refunds\.so.*written over' "$scratch/run.log"
telling_module refunds four

# A producer changes all, since handlers hold it; without it all change again.
printf 'producer:\n  endpoints: %s\n  topics: a\n' "$endpoints" >>kaffe.yaml
reload 6 'kept=0 changed=3 added=0 removed=0 producer=new'
tells a z 'orders one z and'
tells c z 'late four z and'
cp good.yaml kaffe.yaml
reload 7 'kept=0 changed=2 added=0 removed=1 producer=removed'
tells a z 'orders one z'

[ "$(grep -c 'consumer\.stopped .*group=group-orders' "$scratch/run.log")" = 2 ] ||
    fail "orders was disturbed" "$(cat "$scratch/run.log")"
kill -s TERM "$run_pid"
ends_run 0
# Each message once, whatever changed.
[ "$(sort "$scratch/run" | uniq -d)" = "" ] || fail "twice:" "$(cat "$scratch/run")"
