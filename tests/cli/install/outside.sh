# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the installation tests share: an installed tree of its own, and proof of what was linked.
set -euo pipefail
outside=$KAFFE_SOURCE/tests/cli/install
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# installed: this build, installed into a prefix that was not known when it was configured.
installed() {
    cmake --install "$KAFFE_BUILD" --prefix "$scratch/prefix" >/dev/null
    export PKG_CONFIG_PATH=$scratch/prefix/lib/pkgconfig
}

# runs PROGRAM shared|static: it prints the version, and needs libkaffe.so.0 or does not.
runs() {
    local needed
    needed=$(readelf -d "$1" | grep -c 'NEEDED.*\[libkaffe\.so\.0\]' || true)
    case $2 in
    shared) [ "$needed" = 1 ] ;;
    static) [ "$needed" = 0 ] ;;
    esac || { echo "$1 is not linked to the $2 library"; exit 1; }
    LD_LIBRARY_PATH=${3:-} "$1"
}
