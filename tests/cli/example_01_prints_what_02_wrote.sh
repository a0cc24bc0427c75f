# SPDX-License-Identifier: MIT
# The three ways to produce, and the smallest consumer, which SIGTERM ends well.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4
example 02_producer "$endpoints"
diff "$scratch/02_producer" - <<'TEXT' || fail "not what it should print"
default topic: written
topic: written
topic and partition: written
TEXT

start_example 01_consumer "$endpoints"
until_true has_lines 3 "$scratch/01_consumer"
stop_example TERM
# Partitions by the MD5 of the key, but for the last one, where it was given.
sort "$scratch/01_consumer" >"$scratch/sorted"
diff "$scratch/sorted" - <<'TEXT' || fail "not what was written"
partition 0, offset 0: en: hello
partition 0, offset 1: de: hallo
partition 1, offset 0: sv: hej
TEXT
