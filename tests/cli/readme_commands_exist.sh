# SPDX-License-Identifier: MIT
# README: every command shown is one that the door, the program or the tests know.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
"$KAFFE_SOURCE/dev" --help >"$scratch/usage"
for block in "$shown/commands.sh" "$shown/testing.sh" "$shown/install.sh"; do
    bash -n "$block"
    while read -r command suite; do
        grep -qE "^  $command( |\$)" "$scratch/usage" || fail "./dev $command: not in its help"
        [ -z "$suite" ] || grep -E "^  $command " "$scratch/usage" | grep -w -- "$suite" >/dev/null ||
            fail "./dev $command $suite: not in its help"
    done < <(sed -n 's/.*\.\/dev \([a-z]*\) *\([a-z0-9]*\).*/\1 \2/p' "$block")
done
grep -q '^  KAFFE_TEST_ENDPOINTS=host:port ' "$scratch/usage" || fail "KAFFE_TEST_ENDPOINTS"

# What the end-to-end tests print is what is shown, for localhost:9092.
grep -qx 'kafka-topics.sh --bootstrap-server localhost:9092 --create --topic kaffe-test --partitions 32' \
    "$shown/topic.sh"
