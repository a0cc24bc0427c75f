# SPDX-License-Identifier: MIT
# Help fits 24 lines of 80 columns and ends with an example of the command; three ways lead to it.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"

# fits COMMAND: what was said last.
fits() {
    [ "$(wc -l <"$scratch/out")" -le 23 ] || fail "$1: longer than a screen"
    [ "$(wc -L <"$scratch/out")" -le 80 ] || fail "$1: wider than a screen"
    tail -n 1 "$scratch/out" | grep -E "^example: kaffe $1( |\$)" >/dev/null || fail "$1: no example"
}

says 0 "" --help
fits demo
cp "$scratch/out" "$scratch/all"
commands=$(sed -n 's/^  \([a-z]*\) .*/\1/p' "$scratch/all")
[ "$(wc -w <<<"$commands")" -ge 4 ] || fail "commands: $commands"
says 0 "" help
cmp "$scratch/out" "$scratch/all"

for command in $commands; do
    says 0 "" help "$command"
    fits "$command"
    cp "$scratch/out" "$scratch/first"
    for ask in --help -h; do
        says 0 "" "$command" "$ask"
        cmp "$scratch/out" "$scratch/first"
    done
done

# Without a command it is an error, and the help says what to do.
says 2 "$(cat "$scratch/all")"
