# SPDX-License-Identifier: MIT
# A program with a configuration file: file, then environment; and what is wrong is said before
# anything connects.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4
example 02_producer "$endpoints"
KAFFE_ENDPOINTS=$endpoints start_example 10_configured "$KAFFE_SOURCE/examples/10_configured.yaml"
until_true grep -q . "$scratch/10_configured"
stop_example INT

sed 's/topics/topic/; /consumer_group/d' "$KAFFE_SOURCE/examples/10_configured.yaml" >"$scratch/wrong.yaml"
status=0
"$KAFFE_BUILD/examples/10_configured" "$scratch/wrong.yaml" 2>"$scratch/said" || status=$?
[ "$status" = 2 ] || fail "status $status"
has_lines 3 "$scratch/said" || fail "$(cat "$scratch/said")"
grep -qF 'wrong.yaml:5: consumers.greetings.topic: no such option: did you mean topics?' "$scratch/said" ||
    fail "$(cat "$scratch/said")"
