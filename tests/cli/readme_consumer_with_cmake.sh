# SPDX-License-Identifier: MIT
# README: the consumer as a CMake project, by find_package and by FetchContent.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
installed

# builds WAY: as shown in $shown/find_package/CMakeLists.txt, $shown/fetch_content/CMakeLists.txt, by
# $shown/build.sh.
builds() {
    cp "$shown/consumer.c" "$shown/$1"
    (cd "$shown/$1" && bash -e "$shown/build.sh") >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
    local consumer=$shown/$1/build/consumer
    ldd "$consumer" | grep 'libkaffe\.so\.0 => /' >/dev/null || fail "$1: not linked"
    # It runs: nobody answers there, and a signal ends it well.
    "$consumer" 127.0.0.1:9 2>"$scratch/log" &
    example_pid=$!
    until_true grep -q consumer.started "$scratch/log"
    stop_example TERM
}

CMAKE_PREFIX_PATH=$prefix builds find_package
ln -s "$KAFFE_SOURCE" "$shown/fetch_content/kaffe"
builds fetch_content
