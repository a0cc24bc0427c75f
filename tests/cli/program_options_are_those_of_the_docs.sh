# SPDX-License-Identifier: MIT
# kaffe options says what docs/options.md says: every option, its unit, default, range and meaning.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"

says 0 "" options
awk -F '  +' 'NR > 1 { print $1 "|" $2 "|" $3 "|" $4 "|" $5 "|" $6 }' "$scratch/out" >"$scratch/said"
awk -F ' *[|] *' '/^## / { section = substr($0, 4) }
    /^\| `/ {
        gsub(/`/, "", $2); sub(/\.$/, "", $7)
        print section "|" $2 "|" ($4 ? $4 : $3) "|" $5 "|" ($6 ? $6 : "any") "|" $7
    }' "$KAFFE_SOURCE/docs/options.md" >"$scratch/documented"
[ "$(wc -l <"$scratch/said")" -ge 50 ] || fail "options are missing" "$(cat "$scratch/said")"
diff "$scratch/said" "$scratch/documented" || fail "< kaffe options, > docs/options.md"

# One section, or some, are its lines and no others.
says 0 "" options reader
grep '^reader|' "$scratch/said" | cmp - <(awk -F '  +' 'NR > 1 {
    print $1 "|" $2 "|" $3 "|" $4 "|" $5 "|" $6 }' "$scratch/out")
says 0 "" options producer reader
[ "$(sed 1d "$scratch/out" | cut -d ' ' -f 1 | sort -u | xargs)" = "producer reader" ] ||
    fail "$(cat "$scratch/out")"
says 2 'kaffe options: no section "cosumer": did you mean consumer?' options cosumer
says 2 'kaffe options: no section "max_bytes": kaffe options lists all' options max_bytes
