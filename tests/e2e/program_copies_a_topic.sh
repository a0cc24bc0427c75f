# SPDX-License-Identifier: MIT
# What consume -J writes, produce -J reads: a topic is copied without loss. A group gets each message
# once, whoever asks. And what can not be done has one line that says so.
source "$KAFFE_SOURCE/tests/e2e/program/kafka.sh"

# Of each partition without the topic's name: that is all that is different.
content() {
    local partition
    for partition in 0 1 2; do
        "$kaffe" consume "${to_kafka[@]}" -t "$1" -e -J -p "$partition" | sed 's/"topic":"[^"]*",//'
    done
}

# Random bytes and text, empty and null, as key, value and header, at times of their own: so long ago
# that the topics must keep what is old.
awk 'function some() {
        kind = int(rand() * 5)
        if (kind == 0) return "null"
        if (kind == 1) return "\"\""
        if (kind == 2) return sprintf("\"\\u%04x\\n\\\"%s\"", int(rand() * 2048), "\xc3\xa9")
        if (kind == 3) return sprintf("{\"base64\":\"/%c%c=\"}", 65 + rand() * 26, 65 + 4 * int(rand() * 6))
        return sprintf("\"value %d\"", rand() * 1000000)
    }
    BEGIN {
        srand(4)
        for (i = 1; i <= 5000; i++) printf "{\"key\":%s,\"payload\":%s,\"partition\":%d,\"ts\":1700000%06d%s}\n",
            some(), some(), i % 3, i, i % 2 ? ",\"headers\":[\"n\"," some() ",\"m\"," some() "]" : ""
    }' >"$scratch/input"
make_topic original 3 retention.ms=-1
original=$topic
says 0 "" produce "${to_kafka[@]}" -t "$original" -J --keep-partitions <"$scratch/input"
content "$original" >"$scratch/original"
has_lines 5000 "$scratch/original" || fail "$(wc -l <"$scratch/original") messages"
[ "$(grep -c '"ts":17000000' "$scratch/original")" = 5000 ] || fail "other times"
grep -q '"key":{"base64":' "$scratch/original" || fail "no bytes that are no text"

make_topic copy 3 retention.ms=-1
"$kaffe" consume "${to_kafka[@]}" -t "$original" -e -J |
    "$kaffe" produce "${to_kafka[@]}" -t "$topic" -J --keep-partitions || fail "copying: status $?"
content "$topic" >"$scratch/copy"
cmp "$scratch/original" "$scratch/copy"

# Each member is told to stop after so many, and the next one goes on behind what was written.
make_topic shared 2
seq 1000 | "$kaffe" produce "${to_kafka[@]}" -t "$topic"
for count in 399 1 600; do
    says 0 "" consume "${to_kafka[@]}" -t "$topic" -g "$topic" -o beginning -c "$count"
    has_lines "$count" "$scratch/out" || fail "not $count messages"
    cat "$scratch/out" >>"$scratch/shared"
done
sort -n "$scratch/shared" | cmp - <(seq 1000)

# What is not printed has not failed, whatever else is said about failures: nobody skips it.
make_topic unprinted 1
seq 30 | "$kaffe" produce "${to_kafka[@]}" -t "$topic"
for count in 1 2 27; do
    says 0 "" consume "${to_kafka[@]}" -t "$topic" -g "$topic" -o beginning -c "$count" \
        --max-attempts 1 --on-failure skip
    cat "$scratch/out" >>"$scratch/unprinted"
done
seq 30 | cmp - "$scratch/unprinted"

# The first signal ends the input, and what was read is written.
make_topic signal 1
mkfifo "$scratch/input-pipe"
"$kaffe" produce "${to_kafka[@]}" -t "$topic" <"$scratch/input-pipe" 2>"$scratch/produce.err" &
example_pid=$!
exec 5>"$scratch/input-pipe"
printf 'one\nhalf' >&5
until_true eval '[ "$("$kaffe" consume "${to_kafka[@]}" -t "$topic" -e)" = one ]'
stop_example TERM
exec 5>&-
says 0 "" consume "${to_kafka[@]}" -t "$topic" -e
[ "$(cat "$scratch/out")" = one ] || fail "half a line was written: $(cat "$scratch/out")"

# What can not be done.
make_topic small 1 max.message.bytes=2000
says 1 "kaffe produce: 1 of 1 not written: line 1: larger than the topic allows: raise its max.message.bytes" \
    produce "${to_kafka[@]}" -t "$topic" < <(head -c 5000 /dev/urandom | base64 -w0)
says 1 "kaffe consume: topic no-such-topic does not exist, the brokers say (UNKNOWN_TOPIC_OR_PARTITION): create it, or correct topics" \
    consume "${to_kafka[@]}" -t no-such-topic
says 1 "kaffe consume: topic no-such-topic was not there for group g within start_timeout_ms = 10000: create it, or correct topics" \
    consume "${to_kafka[@]}" -t no-such-topic -g g
says 1 "kaffe produce: 1 of 1 not written: line 1: topic no-such-topic: unknown to the cluster; kafka-topics.sh --bootstrap-server $KAFFE_TEST_ENDPOINTS --create --topic no-such-topic --partitions N" \
    produce "${to_kafka[@]}" -t no-such-topic <<<one
