# SPDX-License-Identifier: MIT
# A reader ends by itself when it has read what is there, and a second one reads the same again.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4
example 06_produce_async "$endpoints" 300
for _ in 1 2; do
    example 09_reader "$endpoints"
    [ "$(tail -n 1 "$scratch/09_reader")" = "300 messages" ] || fail "$(tail "$scratch/09_reader")"
    [ "$(grep -c '^[0-3]/' "$scratch/09_reader")" = 300 ] || fail "not all of them"
done
example 09_reader "$endpoints" -1
[ "$(tail -n 1 "$scratch/09_reader")" = "4 messages" ] || fail "$(cat "$scratch/09_reader")"
