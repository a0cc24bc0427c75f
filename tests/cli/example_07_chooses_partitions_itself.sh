# SPDX-License-Identifier: MIT
# A strategy of one's own: urgent records, and no others, go to partition 0.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4
example 07_own_strategy "$endpoints"
diff "$scratch/07_own_strategy" - <<'TEXT' || fail "not what it should print"
urgent-1: ok, partition 0, offset 0
anna: ok, partition 2, offset 0
urgent-2: ok, partition 0, offset 1
otto: ok, partition 3, offset 0
TEXT
