# SPDX-License-Identifier: MIT
# README: the batch handler, run against the embedded broker; its first failure is logged and retried.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
installed
grep -q handle_messages "$shown/batch.c"
cc -Wall -Wextra -Werror -o "$scratch/batch" -I "$context" -I "$shown" "$context/batch_main.c" \
    $(pkg-config --cflags --libs kaffe)
timeout 60 "$scratch/batch" >"$scratch/out" 2>"$scratch/log" || fail "$(cat "$scratch/log")"
[ "$(cat "$scratch/out")" = "stored 3" ] || fail "$(cat "$scratch/out")"
grep -q 'message\.failed topic=letters partition=0 offset=0 .*error="the store is full"' "$scratch/log" ||
    fail "$(cat "$scratch/log")"
