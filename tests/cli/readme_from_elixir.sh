# SPDX-License-Identifier: MIT
# docs/from-elixir.md: its module and its files run under kaffe run, its consumer, batch handler and
# producer as programs, and messages are acknowledged from threads of their own.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
installed
cd "$shown/elixir"
ls "$shown/elixir/message_processor.c" "$shown/elixir/kaffe.yaml" "$shown/elixir/heroku.yaml" \
    "$shown/elixir/producer.yaml" "$shown/elixir/consumer.c" "$shown/elixir/batch.c" "$shown/elixir/ack.c" \
    "$shown/elixir/producer.c" >/dev/null
flags="-std=gnu11 -Wall -Wextra -Werror -I $KAFFE_SOURCE/include"
links="-L $prefix/lib -lkaffe -pthread"

# What the files say.
# shellcheck disable=SC2086
cc $flags -shared -fPIC -o message_processor.so message_processor.c
cat kaffe.yaml producer.yaml >both.yaml
"$kaffe" run both.yaml --check >checked 2>&1 || fail "$(cat checked)"
[ "$(cat checked)" = "kaffe run: both.yaml is fine: consumer main; producer" ] || fail "$(cat checked)"
status=0
env -u KAFKA_URL "$kaffe" run heroku.yaml --check >checked 2>&1 || status=$?
[ "$status" = 2 ] || fail "status $status"
grep -q 'heroku_kafka_env: KAFKA_URL' checked || fail "$(cat checked)"

# Programs, each a group of its own; three records a round.
start_mock interesting-topic:4,whitelist:3
for way in BATCH ACK; do
    # shellcheck disable=SC2086
    cc $flags -D$way -I . -o "group-$way" "$KAFFE_SOURCE/tests/cli/readme/elixir_main.c" $links
    timeout 60 "./group-$way" "$endpoints" >printed 2>log || fail "status $?" "$(cat log)"
    [ "$(grep -cx 'key: value' printed)" -ge 6 ] || fail "$(cat printed)"
done

# The consumer's main, with the module's handler.
{
    cat message_processor.c
    sed "s/kafka:9092/$endpoints/" consumer.c
} >whole.c
# shellcheck disable=SC2086
cc $flags -o whole whole.c $links
stdbuf -oL ./whole >"$scratch/whole" 2>"$scratch/log" &
example_pid=$!
until_true has_lines 4 "$scratch/whole"
stop_example INT
