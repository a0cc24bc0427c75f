# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the program's tests on a real Kafka share: topics of their own.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
[ -n "${KAFFE_TEST_ENDPOINTS:-}" ] || fail "KAFFE_TEST_ENDPOINTS is not set: ./dev test e2e starts a Kafka and sets it"
to_kafka=(-b "$KAFFE_TEST_ENDPOINTS")

# bytes COUNT NUMBER: big-endian, as printf wants them.
bytes() {
    local i
    for ((i = $1 - 1; i >= 0; i--)); do printf '\\x%02x' $((($2 >> (8 * i)) & 255)); done
}

text() {
    bytes 2 ${#1}
    printf '%s' "$1"
}

# configs [NAME=VALUE]
configs() {
    bytes 4 $#
    [ $# = 0 ] || { text "${1%%=*}" && text "${1#*=}"; }
}

# make_topic WHAT PARTITIONS [CONFIG=VALUE]: sets topic. Asks the first broker, in the protocol's own
# words: CreateTopics, version 2.
make_topic() {
    local body broker=${KAFFE_TEST_ENDPOINTS%%,*} answer
    topic=kaffe-$1-$$-$(date +%s%N)
    body=$(bytes 2 19 && bytes 2 2 && bytes 4 1 && text kaffe-test && bytes 4 1 && text "$topic" &&
        bytes 4 "$2" && bytes 2 1 && bytes 4 0 && configs "${@:3}" && bytes 4 10000 && bytes 1 0)
    # shellcheck disable=SC2059
    answer=$({
        printf "$(bytes 4 "$(printf "$body" | wc -c)")$body" >&3
        timeout 20 head -c $((18 + ${#topic} + 2)) <&3 | tail -c 2 | od -An -tx1 | tr -d ' \n'
    } 3<>"/dev/tcp/${broker%:*}/${broker##*:}")
    [ "$answer" = 0000 ] || fail "topic $topic: Kafka's error 0x$answer"
    until_true topic_is_there
}

topic_is_there() {
    kcat -L "${to_kafka[@]}" -t "$topic" 2>/dev/null | grep -E "partition .* leader [0-9]" >/dev/null
}
