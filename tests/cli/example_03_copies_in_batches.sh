# SPDX-License-Identifier: MIT
# A batch consumer that produces to another topic: all of it arrives, once.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4,copies:2
example 06_produce_async "$endpoints" 500

copied() {
    [ "$(awk '{ sum += $2 } END { print sum + 0 }' "$scratch/03_batches")" = 500 ]
}
start_example 03_batches "$endpoints"
until_true copied
stop_example INT

awk '$2 > 100 { exit 1 }' "$scratch/03_batches" || fail "more than max_batch_count in one batch"
[ "$(cut -d ' ' -f 5 "$scratch/03_batches" | sort -u | wc -l)" = 4 ] || fail "not all partitions"
grep -q ' consumer\.stopped .* handled=500 failures=0 ' "$scratch/03_batches.log" || fail "not each once"
