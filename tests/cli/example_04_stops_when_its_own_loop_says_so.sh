# SPDX-License-Identifier: MIT
# A program with a loop and a signal handler of its own: it counts meanwhile, and stops in good order.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4
example 06_produce_async "$endpoints" 200
start_example 04_own_loop "$endpoints"
until_true grep -qx '200 handled, 0 failures, 4 partitions' "$scratch/04_own_loop"
stop_example INT
[ "$(tail -n 1 "$scratch/04_own_loop")" = "stopped, all finished work is committed" ] ||
    fail "$(cat "$scratch/04_own_loop")"
