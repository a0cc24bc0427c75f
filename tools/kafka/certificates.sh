#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# certificates.sh FOLDER: an authority, a server's and a client's certificates, and those that have
# to be refused: for tests on this machine only. NAME.pem is a certificate (its chain behind it),
# NAME.key its key, NAME.store both, which is what Kafka reads.
set -euo pipefail
mkdir -p "$1"
cd "$1"
umask 077

key() {
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null ||
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null
}

# authority NAME [PARENT]
authority() {
    key "$1"
    printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n' >"$1.ext"
    certify "$1" "${2:-}" 30
}

# leaf NAME AUTHORITY DAYS NAMES
leaf() {
    key "$1"
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$4" >"$1.ext"
    certify "$1" "$2" "$3"
}

# certify NAME AUTHORITY DAYS: by itself, where there is no authority.
certify() {
    local by=(-CA "$2.pem" -CAkey "$2.key")
    [ -n "$2" ] || by=(-signkey "$1.key")
    openssl req -new -key "$1.key" -subj "/CN=kaffe $1" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" "${by[@]}" -days "$3" -extfile "$1.ext" \
        -set_serial "$RANDOM$RANDOM" -out "$1.pem" 2>/dev/null
    rm "$1.csr" "$1.ext"
    cat "$1.key" "$1.pem" >"$1.store"
}

here=DNS:localhost,IP:127.0.0.1
authority ca
authority other-ca
authority between ca
leaf server ca 30 "$here"
leaf client ca 30 DNS:client
leaf expired ca -1 "$here"
leaf elsewhere ca 30 DNS:elsewhere.example
leaf foreign other-ca 30 "$here"
leaf alone "" 30 "$here"
leaf chained between 30 DNS:client
cat between.pem >>chained.pem
openssl pkcs8 -topk8 -in client.key -passout pass:opensesame -out client-encrypted.key
