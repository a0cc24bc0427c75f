# SPDX-License-Identifier: MIT
# At most 80 lines each, C11 with a user's compiler flags; and none without a test.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
for example in "$KAFFE_SOURCE"/examples/*.c; do
    name=$(basename "$example" .c)
    [ "$(wc -l <"$example")" -le 80 ] || fail "$name: more than 80 lines"
    cc -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I "$KAFFE_SOURCE/include" "$example"
    grep -lqE "example $name( |\$)|examples/$name\.so" "$KAFFE_SOURCE"/tests/cli/example_*.sh ||
        fail "$name: no test runs it"
done
