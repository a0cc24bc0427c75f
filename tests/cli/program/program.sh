# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the program's tests share: run it, see its status and what it said, start a broker with it.
set -euo pipefail
kaffe=$KAFFE_BUILD/kaffe
scratch=$(mktemp -d)
mock_pid=
example_pid=
trap 'kill $mock_pid $example_pid 2>/dev/null || true; rm -rf "$scratch"' EXIT

fail() {
    printf '%s\n' "$@"
    exit 1
}

# says STATUS LINE ARGUMENT...: the program ends so, and LINE is all of stderr.
says() {
    local status=0
    timeout 20 "$kaffe" "${@:3}" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = "$1" ] || fail "kaffe ${*:3}: status $status, not $1"
    [ "$(cat "$scratch/err")" = "$2" ] || fail "kaffe ${*:3} said: $(cat "$scratch/err")"
}

# until_true COMMAND...: waits for at most 60 s.
until_true() {
    local deadline=$((SECONDS + 60))
    until "$@"; do
        ((SECONDS < deadline)) || fail "waited for: $*" "$(cat "$scratch"/*)"
        sleep 0.1
    done
}

# start_mock TOPICS: sets mock_pid and endpoints.
start_mock() {
    : >"$scratch/mock"
    "$kaffe" mock --topics "$1" >>"$scratch/mock" &
    mock_pid=$!
    until_true grep -q . "$scratch/mock"
    endpoints=$(cat "$scratch/mock")
}

# example NAME ARGUMENT...: runs to its end and says nothing on stderr but the library's log.
example() {
    timeout 60 "$KAFFE_BUILD/examples/$1" "${@:2}" >"$scratch/$1" 2>"$scratch/$1.log" ||
        fail "$1: status $?" "$(cat "$scratch/$1.log")"
}

# start_example NAME ARGUMENT...: in the background; what it prints goes to $scratch/NAME.
start_example() {
    stdbuf -oL "$KAFFE_BUILD/examples/$1" "${@:2}" >"$scratch/$1" 2>"$scratch/$1.log" &
    example_pid=$!
}

# stop_example SIGNAL: it ends well.
stop_example() {
    kill -s "$1" "$example_pid"
    wait "$example_pid" || fail "status $? after SIG$1" "$(cat "$scratch"/*)"
    example_pid=
}

# has_lines COUNT FILE...: so many in all.
has_lines() {
    [ "$(cat "${@:2}" 2>/dev/null | wc -l)" = "$1" ]
}
