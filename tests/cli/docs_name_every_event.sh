# SPDX-License-Identifier: MIT
# docs/operations.md lists the events that the sources log, each with its levels, and no others.
set -euo pipefail
cd "$KAFFE_SOURCE"
listed=$(sed -n 's/^| `\([a-z]*\.[a-z_]*\)` | \([a-z, ]*\) |.*/\1 \2/p' docs/operations.md | tr -d ',' | sort)

# A call's level and event, which may stand in a condition or on the next line.
logged=$(cat src/*/*.c | tr '\n' ' ' | sed 's/  */ /g' |
    grep -oE '(kf_log|log_broker|emit)\([^;]*KAFFE_LOG_[A-Z]+[^;"]*"[a-z]+\.[a-z_]+"( : "[a-z]+\.[a-z_]+")?' |
    while read -r call; do
        for event in $(grep -oE '"[a-z]+\.[a-z_]+"' <<<"$call" | tr -d '"'); do
            for level in $(grep -oE 'KAFFE_LOG_[A-Z]+' <<<"$call" | sed 's/KAFFE_LOG_//' | tr A-Z a-z); do
                echo "$event $level"
            done
        done
    done | sort -u | awk '{ levels[$1] = levels[$1] " " $2 } END { for (e in levels) print e levels[e] }' | sort)

# Levels in one order on both sides.
normal() {
    while read -r event levels; do
        echo "$event $(tr ' ' '\n' <<<"$levels" | sort | tr '\n' ' ')"
    done
}
diff <(normal <<<"$listed") <(normal <<<"$logged") ||
    { echo "< in docs/operations.md, > in src/"; exit 1; }
