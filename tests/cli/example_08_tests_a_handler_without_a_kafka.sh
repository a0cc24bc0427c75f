# SPDX-License-Identifier: MIT
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
example 08_test_a_handler
[ "$(cat "$scratch/08_test_a_handler")" = "total 7, refused 1" ] || fail "$(cat "$scratch/08_test_a_handler")"
