# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Configures once per preset, builds what is asked for, runs the program.

build_needs=(cmake=cmake ninja-build=ninja gcc=gcc libc6-dev=/usr/include/stdio.h pkg-config=pkg-config
    librdkafka-dev=pc:rdkafka libisal-dev=pc:libisal libzstd-dev=pc:libzstd liblz4-dev=pc:liblz4
    libsnappy-dev=pc:snappy libssl-dev=pc:libcrypto libyaml-dev=pc:yaml-0.1 libjansson-dev=pc:jansson)

# configure PRESET [-D...]: ninja itself notices later changes, so once is enough.
configure() {
    local log=$root/build/$1.log
    [ -f "build/$1/build.ninja" ] && return
    mkdir -p build
    cmake --preset "$@" >"$log" 2>&1 || { cat "$log" >&2; die "configuration failed: $log"; }
}

build_release() {
    need "${build_needs[@]}"
    # No tests: a first look should not have to install what only they need.
    [ -e build/kaffe ] || say "building, for the first time; later only what has changed"
    configure release -DKAFFE_TESTS=OFF
    cmake --build build/release -- --quiet
    ln -sfn release/kaffe build/kaffe
}

build_command() {
    build_release
    say "built build/kaffe and build/release/libkaffe.so"
}

demo_command() {
    build_release
    exec build/kaffe demo "$@"
}
