# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Installs what a command needs, and nothing when everything is there: then no network and no root.

say() {
    printf './dev: %s\n' "$*" >&2
}

die() {
    say "$@"
    exit 1
}

# A need is package=probe: a program, pc:MODULE for what pkg-config must know, or a file's path.
have() {
    case $1 in
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

need() {
    local missing=() entry log=$root/build/apt.log
    for entry in "$@"; do
        have "${entry#*=}" || missing+=("${entry%%=*}")
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        die "missing, by their Debian names: ${missing[*]}"
    [ "$(id -u)" = 0 ] ||
        die "missing; run: sudo apt-get install --no-install-recommends ${missing[*]}"
    say "installing through apt: ${missing[*]}"
    mkdir -p "$root/build"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1 </dev/null || { tail -n 20 "$log" >&2; die "apt: see $log"; }
}
