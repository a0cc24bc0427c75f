# SPDX-License-Identifier: MIT
# DESIGN.md's file map and threads: every source under src/ is in it, and nothing that is not there.
set -euo pipefail
cd "$KAFFE_SOURCE"
mapped=$(awk '/^`src\/[a-z]+`$/ { floor = substr($0, 2, length($0) - 2) }
    /^## / { floor = "" }
    floor && /^\| [a-z]/ && !/^\| file / {
        split($0, cells, "|"); count = split(cells[2], files, /[ ,]+/)
        for (i = 1; i <= count; i++) if (files[i]) print floor "/" files[i] }' DESIGN.md | sort)
there=$(ls src/*/*.[ch] | sed 's/\.[ch]$//' | sort -u)
diff <(echo "$mapped") <(echo "$there") || { echo "< in DESIGN.md, > in src/"; exit 1; }

# Threads: each name that the sources give, and who makes it.
named=$(sed -n 's/^| `\(kaffe-[a-z]*\)` .*| `\([a-z_]*\.c\)` |.*/\1 \2/p' DESIGN.md | sort)
given=$(grep -oE '"kaffe-[a-z]+"' src/*/*.c | sed 's|^src/[a-z]*/\([a-z_]*\.c\):"\(.*\)"|\2 \1|' | sort)
diff <(echo "$named") <(echo "$given") || { echo "< in DESIGN.md, > in src/"; exit 1; }
