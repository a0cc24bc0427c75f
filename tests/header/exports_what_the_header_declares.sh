# SPDX-License-Identifier: MIT
# The shared library exports the functions of kaffe.h: all of them, and nothing else.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# gcc lists the prototypes it has read, and where; static inline functions are not exported.
gcc -x c -aux-info declared.txt -fsyntax-only "$KAFFE_SOURCE/include/kaffe.h"
grep 'include/kaffe\.h:' declared.txt | grep -v 'static ' | grep -oE '\bkaffe_[a-z0-9_]+ \(' | tr -d ' (' |
    sort -u >declared
nm -D --defined-only "$KAFFE_BUILD/libkaffe.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
    sort -u >exported
[ "$(wc -l <declared)" -gt 40 ] || { echo "kaffe.h was not understood"; cat declared.txt; exit 1; }
diff -u declared exported || { echo "- declared in kaffe.h only, + exported by libkaffe.so only"; exit 1; }
