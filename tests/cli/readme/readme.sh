# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of README.md and docs/ share: each shown block as the file that the comment above
# its fence names, and the library installed for it.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
context=$KAFFE_SOURCE/tests/cli/readme
shown=$scratch/shown

# show FILE...: writes their blocks below $shown.
show() {
    mkdir -p "$shown/docs" "$shown/program" "$shown/start" "$shown/configuration" "$shown/security" "$shown/running" "$shown/elixir" "$shown/find_package" "$shown/fetch_content"
    awk -v to="$shown/" '
        /^<!-- [^ ]+ -->$/ { name = $2; next }
        /^```/ && inside { inside = 0; close(to name); name = ""; next }
        /^```/ { inside = 1; if (name) printf "" >(to name); next }
        inside && name { print >(to name); next }
        { if (!inside) name = "" }' "$@"
}

# installed: this build in a prefix of its own, as the README's install lines would.
installed() {
    prefix=$scratch/prefix
    cmake --install "$KAFFE_BUILD" --prefix "$prefix" >/dev/null
    export PKG_CONFIG_PATH=$prefix/lib/pkgconfig LD_LIBRARY_PATH=$prefix/lib
}

show "$KAFFE_SOURCE/README.md" "$KAFFE_SOURCE"/docs/*.md
