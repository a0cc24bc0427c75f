# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the program's tests share: run it, see its status and what it said, start a broker with it.
set -euo pipefail
kaffe=$KAFFE_BUILD/kaffe
scratch=$(mktemp -d)
mock_pid=
trap '[ -z "$mock_pid" ] || kill "$mock_pid" 2>/dev/null || true; rm -rf "$scratch"' EXIT

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

# until_true COMMAND...: for at most 60 s.
until_true() {
    local deadline=$((SECONDS + 60))
    until "$@"; do
        ((SECONDS < deadline)) || fail "waited for: $*" "$(cat "$scratch"/*)"
        sleep 0.1
    done
}

# start_mock TOPICS: sets mock_pid and endpoints.
start_mock() {
    "$kaffe" mock --topics "$1" >"$scratch/mock" &
    mock_pid=$!
    until_true grep -q . "$scratch/mock"
    endpoints=$(cat "$scratch/mock")
}
