# SPDX-License-Identifier: MIT
# Each shared library exports the functions of its header: all of them, and nothing else.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# declared_in HEADER: gcc lists the prototypes it has read, and where; static inline ones are not exported.
declared_in() {
    gcc -x c -aux-info declared.txt -fsyntax-only "-I$KAFFE_SOURCE/include" "$KAFFE_SOURCE/include/$1"
    grep "include/$1:" declared.txt | grep -v 'static ' | grep -oE '\bkaffe_[a-z0-9_]+ \(' | tr -d ' (' | sort -u
}

# exports HEADER LIBRARY LEAST
exports() {
    declared_in "$1" >declared
    nm -D --defined-only "$KAFFE_BUILD/$2" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u >exported
    [ "$(wc -l <declared)" -gt "$3" ] || { echo "$1 was not understood"; cat declared.txt; exit 1; }
    diff -u declared exported || { echo "- declared in $1 only, + exported by $2 only"; exit 1; }
}
exports kaffe.h libkaffe.so 40
exports kaffe_service.h libkaffe-service.so 9
