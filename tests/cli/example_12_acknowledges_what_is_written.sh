# SPDX-License-Identifier: MIT
# Acknowledgements from a producer's callback: all of it is copied, and committed when it stops.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4,copies:2
example 06_produce_async "$endpoints" 3000
start_example 12_async_ack "$endpoints"

copied() {
    [ "$("$KAFFE_BUILD/kaffe" consume -b "$endpoints" -t copies -o beginning -e -q 2>/dev/null | wc -l)" -ge 3000 ]
}
until_true copied
stop_example INT
grep -q ' consumer\.stopped .* handled=3000 failures=0 .* left_behind=no .* unacknowledged=0' "$scratch/12_async_ack.log" ||
    fail "$(cat "$scratch/12_async_ack.log")"
