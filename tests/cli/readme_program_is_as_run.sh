# SPDX-License-Identifier: MIT
# docs/program.md: what its console blocks show is what the program prints, byte for byte, with the
# module and the configuration file that it shows; and it tells of every command.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
installed
page=$KAFFE_SOURCE/docs/program.md
mkdir "$scratch/as_run"
cp "$shown/program/orders.c" "$shown/program/kaffe.yaml" "$scratch/as_run"
cd "$scratch/as_run"
PATH=$prefix/bin:$PATH

awk '/^```console$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$page" >"$scratch/console"
grep '^\$ ' "$scratch/console" | cut -c 3- >"$scratch/commands"
[ "$(wc -l <"$scratch/commands")" -ge 8 ] || fail "commands are missing" "$(cat "$scratch/commands")"
while read -r line; do
    printf '$ %s\n' "$line"
    bash -c "$line" 2>&1 </dev/null || true # mistakes are shown too
done <"$scratch/commands" >"$scratch/printed"
diff "$scratch/console" "$scratch/printed" || fail "< docs/program.md, > printed"

for command in $("$kaffe" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    [ "$command" = help ] || grep -qx "## kaffe $command" "$page" || fail "docs/program.md: no kaffe $command"
done
