# SPDX-License-Identifier: MIT
# README: the consumer and the producer, by their one line of compiling, against the embedded broker.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
installed
cd "$shown"
grep -qx 'cc -o consumer consumer.c $(pkg-config --cflags --libs kaffe)' "$shown/compile.sh"
[ -s "$shown/producer.c" ]
cc() {
    command cc -Wall -Wextra -Werror "$@"
}
source "$shown/compile.sh"
source <(sed 's/consumer/producer/g' "$shown/compile.sh")
[ "$(grep -cv '^$' "$shown/consumer.c")" -le 20 ] || fail "the consumer is longer than 20 lines"

start_mock greetings:4
./producer "$endpoints" 2>/dev/null
stdbuf -oL ./consumer "$endpoints" >"$scratch/consumed" 2>"$scratch/log" &
example_pid=$!
until_true grep -qx 'en: hello' "$scratch/consumed"
stop_example INT
has_lines 1 "$scratch/consumed"

# The lines under "No Kafka at hand?" say just this.
for line in 'kaffe mock --topics greetings:4 ' './producer 127.0.0.1:' './consumer 127.0.0.1:'; do
    grep -qF "$line" "$shown/try.sh" || fail "not shown: $line"
done
