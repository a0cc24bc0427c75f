# SPDX-License-Identifier: MIT
# docs/security.md: its files are read, beside certificates that they name, and with Heroku's variables.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
ls "$shown/security/tls.yaml" "$shown/security/sasl.yaml" "$shown/security/oauthbearer.yaml" \
    "$shown/security/heroku.yaml"
"$KAFFE_SOURCE/tools/kafka/certificates.sh" "$shown/security"
cp "$KAFFE_BUILD/tests/modules/single.so" "$shown/security/libprocessor.so"
cd "$scratch"

# checks FILE SECTIONS: from another folder than the file's.
checks() {
    "$kaffe" run "$shown/security/$1" --check >checked 2>&1 || fail "$1: $(cat checked)"
    [[ $(cat checked) == *"/$1 is fine: $2" ]] || fail "$1: $(cat checked)"
}

checks tls.yaml "consumer orders"
KAFFE_SASL_PASSWORD=secret checks sasl.yaml "consumer orders"
checks oauthbearer.yaml "consumer orders"

export KAFKA_URL=kafka+ssl://a.example:9096,kafka+ssl://b.example:9096 KAFKA_PREFIX=wabash-1.
KAFKA_TRUSTED_CERT=$(cat "$shown/security/ca.pem")
KAFKA_CLIENT_CERT=$(cat "$shown/security/client.pem")
KAFKA_CLIENT_CERT_KEY=$(cat "$shown/security/client.key")
export KAFKA_TRUSTED_CERT KAFKA_CLIENT_CERT KAFKA_CLIENT_CERT_KEY
checks heroku.yaml "consumer orders; producer"

# What the file names is missing: said with its place, as all mistakes are.
rm "$shown/security/ca.pem"
status=0
"$kaffe" run "$shown/security/tls.yaml" --check 2>said || status=$?
[ "$status" = 2 ] || fail "status $status"
grep -q "tls.yaml:8: consumers.orders.ssl_ca_location = \".*/ca.pem\": can not be read" said || fail "$(cat said)"
