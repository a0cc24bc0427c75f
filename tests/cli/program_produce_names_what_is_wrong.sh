# SPDX-License-Identifier: MIT
# kaffe produce: status 0 only if every record is acknowledged; else one line says how many were not,
# which was the first, and why. A wrong command line ends before anything connects.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock orders
to_mock=(produce -b "$endpoints")

# refuses LINE INPUT ARGUMENT...: status 1, and that line.
refuses() {
    says 1 "kaffe produce: $1" "${to_mock[@]}" "${@:3}" < <(printf '%b' "$2")
}

says 0 "" "${to_mock[@]}" -t orders </dev/null
says 0 "" "${to_mock[@]}" -t orders < <(printf 'one\n\ntwo')
says 0 "" "${to_mock[@]}" -t orders - /etc/passwd < <(printf 'one')
refuses '1 of 3 not written: line 4: 1001 bytes are more than max_message_bytes = 1000: raise it, and the topic'"'"'s max.message.bytes' \
    "one\n\ntwo\n$(head -c 1001 /dev/zero | tr '\0' x)\nfour" -t orders --max-message-bytes 1000
refuses '1 of 1 not written: line 1: 1002 bytes are more than max_message_bytes = 1000: raise it, and the topic'"'"'s max.message.bytes' \
    "$(head -c 1000 /dev/zero | tr '\0' x)" -t orders -H n=v --max-message-bytes 1000
refuses "1 of 2 not written: line 2: no JSON, at byte 4: '[' or '{' expected near 'nope'" '{}\nnope' -t orders -J
refuses '1 of 1 not written: line 1: topic orders: there is no partition 7, only 0..0' 'one' -t orders -p 7
refuses '1 of 1 not written: /no/such/file: No such file or directory' '' -t orders /no/such/file
says 1 'kaffe produce: 1 of 1 not written: line 1: topic x: not found within start_timeout_ms = 500: 127.0.0.1:1: connection refused: check endpoints = "127.0.0.1:1"' \
    produce -b 127.0.0.1:1 -t x --start-timeout-ms 500 <<<one

says 2 'kaffe produce: no topic: -t TOPIC says to which' "${to_mock[@]}"
says 2 'kaffe produce: -t orders,refunds: one topic at a time' "${to_mock[@]}" -t orders,refunds
says 2 'kaffe produce: --partition x: must be a number, -1 or more' "${to_mock[@]}" -t orders -p x
says 2 'kaffe produce: --json and --key-delimiter exclude each other' "${to_mock[@]}" -t orders -J -K :
says 2 'kaffe produce: "=v" has no name: NAME=VALUE, or NAME for null' "${to_mock[@]}" -t orders -H =v
says 2 'kaffe produce: \x: no byte: \x00..\xff or \0..\255' "${to_mock[@]}" -t orders -D '\xg'

# What goes through is what was accepted, with its delimiters.
says 0 "" "${to_mock[@]}" -t orders -T -c 2 < <(printf 'k:a\nb\nc\n')
[ "$(cat "$scratch/out")" = $'k:a\nb' ] || fail "$(cat "$scratch/out")"
