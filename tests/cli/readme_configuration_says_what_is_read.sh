# SPDX-License-Identifier: MIT
# docs/configuration.md: its files are read, its module is loaded, its mistakes are told as shown.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
ls "$shown/configuration/kaffe.yaml" "$shown/configuration/properties.yaml" "$shown/configuration/mistakes.txt"
cd "$shown/configuration"

{
    echo '#include "context.h"'
    cat "$shown/docs/module.c"
    echo 'int forward(kaffe_producer *producer, kaffe_bytes value) { return !producer || !value.data; }'
} >module.c
cc -shared -fPIC -I "$context" -I "$KAFFE_SOURCE/include" -o libprocessor.so module.c
"$kaffe" run kaffe.yaml --check >checked 2>&1 || fail "$(cat checked)"
[ "$(cat checked)" = "kaffe run: kaffe.yaml is fine: consumer orders; producer" ] || fail "$(cat checked)"

mkdir wrong && cd wrong
printf '%s\n' 'consumers:' '  orders:' '    endpoints: [kafka:9092]' '    topics: [interesting-topic]' \
    '    max_byte: 10' '    workers: many' >kaffe.yaml
status=0
KAFFE_CLIENT_IT=me "$kaffe" run kaffe.yaml 2>said || status=$?
[ "$status" = 2 ] || fail "status $status"
diff ../mistakes.txt said

# Properties of librdkafka, beside a consumer so that there is something to run.
cd ..
sed -n '/^consumers:/,/^producer:/{/^producer:/!p}' kaffe.yaml | cat - properties.yaml >both.yaml
"$kaffe" run both.yaml --check >checked 2>&1 || fail "$(cat checked)"
