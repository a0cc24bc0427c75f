# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the gate's own tests share: a small tree that every check accepts, and breaches planted in it.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch
build=$tree/build
cd "$tree"

clean_tree() {
    mkdir -p src/base tests/unit build
    cp "$KAFFE_SOURCE"/{.clang-format,.clang-tidy} .
    cp "$KAFFE_SOURCE/tests/.clang-tidy" tests/
    cat >src/base/clean.c <<'TEXT'
/* SPDX-License-Identifier: MIT */
int kf_clean_twice(int number);

int kf_clean_twice(int number)
{
    return number + number;
}
TEXT
}

# plant FILE: the source file (its text on stdin, after the licence) and its directory.
plant() {
    mkdir -p "$(dirname "$1")"
    { echo '/* SPDX-License-Identifier: MIT */' && cat; } >"$1"
}

# passes CHECK: it finds nothing.
passes() {
    local said
    said=$("$KAFFE_SOURCE/tools/check/$1" "$tree" "$build" 2>&1) ||
        { echo "check $1 refuses a clean tree: $said"; exit 1; }
}

# refuses CHECK WORDS: it fails and says these words.
refuses() {
    local said
    if said=$("$KAFFE_SOURCE/tools/check/$1" "$tree" "$build" 2>&1); then
        echo "check $1 lets pass what it should refuse with: $2"
        exit 1
    fi
    grep -qF -- "$2" <<<"$said" || { echo "check $1 does not say: $2"; echo "$said"; exit 1; }
}
