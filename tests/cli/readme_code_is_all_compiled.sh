# SPDX-License-Identifier: MIT
# Each block of code in README.md and docs/ has a name, and each named one is compiled or run by one
# of these tests: here the snippets, with a user's warnings as errors.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"

awk '/^```(c|cmake|sh)$/ && before !~ /^<!-- [^ ]+ -->$/ { print FILENAME ":" FNR ": code without a name"; bad = 1 }
    { before = $0 } END { exit bad }' "$KAFFE_SOURCE/README.md" "$KAFFE_SOURCE"/docs/*.md

names=$(cd "$shown" && find . -type f | sed 's|^\./||' | sort)
[ "$(wc -l <<<"$names")" -ge 14 ] || fail "shown: $names"
for name in $names; do
    [[ $name == docs/*.c ]] || grep -qF "shown/$name" "$KAFFE_SOURCE"/tests/cli/readme_*.sh ||
        fail "$name: nothing tests it"
done
for snippet in "$shown"/docs/*.c; do
    cc -std=c11 -Wall -Wextra -Wpedantic -Werror -Wno-unused-function -I "$KAFFE_SOURCE/include" \
        -include "$context/context.h" -fsyntax-only "$snippet"
done
