# SPDX-License-Identifier: MIT
# Asynchronous producing: one callback for each record.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4
example 06_produce_async "$endpoints" 3000
[ "$(cat "$scratch/06_produce_async")" = "3000 written, 0 not" ] || fail "$(cat "$scratch/06_produce_async")"
