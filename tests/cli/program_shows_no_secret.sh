# SPDX-License-Identifier: MIT
# What is secret is no flag, and in no output: neither of a check nor of a mistake, wherever it was said.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
cd "$scratch"
canary=canary-5f3a9c
secrets="    sasl_password: $canary-1
    ssl_key_password: $canary-2
    ssl_key_pem: $canary-3
    kafka:
      sasl.password: $canary-4
      ssl.key.pem: $canary-5
      ssl.keystore.password: $canary-6
      sasl.oauthbearer.client.secret: $canary-7"
{
    printf '%s\n' 'consumers:' '  orders:' '    endpoints: [127.0.0.1:1]' '    topics: [t]' \
        '    consumer_group: g' "    message_handler: ./single.so" "$secrets" \
        'reader:' '    endpoints: [127.0.0.1:1]' '    topics: [t]' "$secrets" \
        'producer:' '    endpoints: [127.0.0.1:1]' "$secrets"
} >kaffe.yaml
cp "$KAFFE_BUILD/tests/modules/single.so" .

# The file is wrong in many ways, all of which are told.
! "$kaffe" run kaffe.yaml --check >>told 2>&1 || fail "a check that finds nothing"
grep -q 'ssl_key_pem' told || fail "$(cat told)"
! "$kaffe" consume -F kaffe.yaml >>told 2>&1 || fail "consumed"
"$kaffe" options >>told 2>&1
export KAFFE_SASL_PASSWORD=$canary-8 KAFFE_SSL_KEY_PASSWORD=$canary-9 KAFFE_KAFKA_SSL_KEY_PEM=$canary-10
for protocol in plaintext ssl sasl_ssl; do
    ! echo x | "$kaffe" produce -b 127.0.0.1:1 -t t --security-protocol "$protocol" >>told 2>&1 || fail "produced"
    ! "$kaffe" consume -b 127.0.0.1:1 -t t --security-protocol "$protocol" >>told 2>&1 || fail "consumed"
done
unset KAFFE_SASL_PASSWORD KAFFE_SSL_KEY_PASSWORD KAFFE_KAFKA_SSL_KEY_PEM

# No flag, in any of the ways to write one.
for flag in "--sasl-password=$canary" "--ssl-key-password=$canary" "--ssl_key_pem=$canary" \
    "-Xsasl.password=$canary" "-Xssl.key.password=$canary" "-Xssl.key.pem=$canary"; do
    status=0
    "$kaffe" consume -b 127.0.0.1:1 -t t "$flag" >>told 2>&1 || status=$?
    [ "$status" = 2 ] || fail "${flag%=*}: status $status"
    tail -n 1 told | grep -q 'a secret is no flag' || fail "$(tail -n 1 told)"
done
KAFKA_URL=kafka+ssl://user:$canary@a:1 KAFKA_CLIENT_CERT_KEY=$canary \
    "$kaffe" consume -t t --heroku-kafka-env >>told 2>&1 && fail "consumed"
grep -q 'credentials do not belong' told || fail "$(tail -n 3 told)"

! grep -n "$canary" told || fail "a secret is told"
