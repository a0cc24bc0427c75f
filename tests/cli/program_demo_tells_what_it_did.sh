# SPDX-License-Identifier: MIT
# kaffe demo: ends by itself, shows a failure and its retry, sums up, and is quiet about the rest.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
says 0 "" demo

# told LINE-PATTERN: exactly one line.
told() {
    [ "$(grep -cE "$1" "$scratch/out")" = 1 ] || fail "not one line: $1" "$(cat "$scratch/out")"
}
told '^broker    listens on 127\.0\.0\.1:[0-9]+, with topic greetings of 4 partitions$'
told '^producer  wrote 100 messages'
told '^log       message\.failed .* offset=7 attempt=1 .*this handler fails once'
told '^handler   partition [0-3], offset 7: attempt 2 went well$'
told '^consumer  handled 100 messages, each partition in its order, in 101 handler calls'
told '^In sum: 100 produced, 100 handled, 1 failed once and came again, 0 out of order\.$'
told '^What to try next:$'
told '^log ' # nothing went wrong but what was meant to
! grep -q "$(printf '\033')" "$scratch/out" || fail "coloured without a terminal"
