# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# "A bare Debian 12" proved: a minimal root, a clean clone of HEAD in it, the README's two commands.
# The root reaches networks as this machine does: its Debian mirror, proxies and own CAs.

bare_command() {
    [ "$(id -u)" = 0 ] || die "bare needs root, for chroot"
    need mmdebstrap=mmdebstrap git=git
    bare_root=$(mktemp -d "${TMPDIR:-/var/tmp}/kaffe-bare.XXXXXX")
    # Mounts live in a namespace that ends with the commands, so there is only the folder to remove.
    trap 'rm -rf --one-file-system "$bare_root"' EXIT
    bare_make "$bare_root"
    if [ $# -gt 0 ]; then
        bare_run "$bare_root" "$@"
    else
        bare_run "$bare_root" ./dev demo
        bare_run "$bare_root" ./dev test
    fi
}

bare_make() {
    local root=$1 home sources log=build/bare.log
    mkdir -p build
    say "making a minimal Debian 12 in $root"
    # Files of this machine that name the distribution itself; without one mmdebstrap has its own.
    mapfile -t sources < <(grep -lE '^Suites:.*\bbookworm( |$)|^deb .* bookworm ' \
        /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null)
    chmod 755 "$root"
    mmdebstrap --variant=minbase bookworm "$root" "${sources[@]}" >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; die "mmdebstrap: see $log"; }
    apt-config dump | grep -E '^Acquire::(http|https|ftp)::' >"$root/etc/apt/apt.conf.d/90machine" || true
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    home=$root$(getent passwd root | cut -d: -f6)
    mkdir -p "$root/usr/local/share/ca-certificates" "$home/.m2"
    cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
    cp "$HOME/.m2/settings.xml" "$home/.m2/" 2>/dev/null || true
    git clone -q --no-local . "$root/kaffe"
    [ -z "$(git status --porcelain)" ] || say "what is not committed is not in the clone"
}

# bare_run ROOT COMMAND...: as a newcomer's root shell would, with nothing of this environment.
bare_run() {
    local root=$1 variable machine=()
    shift
    for variable in http_proxy https_proxy no_proxy; do
        [ -z "${!variable:-}" ] || machine+=("$variable=${!variable}")
    done
    say "in the bare Debian: $*"
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child bash -ec '
        root=$1
        shift
        mount -t proc proc "$root/proc"
        mount --rbind --make-rslave /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/dev/shm"
        mount -t tmpfs tmpfs "$root/tmp"
        exec chroot "$root" "$@"
    ' bare "$root" env -i HOME=/root TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin "${machine[@]}" \
        bash -c 'cd /kaffe && time "$@"' bare "$@"
}
