# SPDX-License-Identifier: MIT
# README: the consumer as a CMake project, by find_package and by FetchContent.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
installed

# builds WAY [-D...]: as shown in $shown/find_package/CMakeLists.txt, $shown/fetch_content/CMakeLists.txt.
builds() {
    cp "$shown/consumer.c" "$shown/$1"
    cmake -S "$shown/$1" -B "$scratch/$1" -G Ninja "${@:2}" >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
    cmake --build "$scratch/$1" >"$scratch/log" || fail "$(cat "$scratch/log")"
    ldd "$scratch/$1/consumer" | grep -q 'libkaffe\.so\.0 => /' || fail "$1: not linked"
    # It runs: nobody answers there, and a signal ends it well.
    "$scratch/$1/consumer" 127.0.0.1:9 2>"$scratch/log" &
    example_pid=$!
    until_true grep -q consumer.started "$scratch/log"
    stop_example TERM
}

builds find_package -DCMAKE_PREFIX_PATH="$prefix"
ln -s "$KAFFE_SOURCE" "$shown/fetch_content/kaffe"
builds fetch_content
