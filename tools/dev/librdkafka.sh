# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The newest librdkafka, for a compatibility run: PyPI's wheel confluent-kafka carries it as one shared
# object. It is put before the system's by LD_LIBRARY_PATH, alone in its folder, so that programs
# which do not use librdkafka notice nothing.
librdkafka_needs=(python3-pip=pip3)

# librdkafka_newest: prints the folder that holds it, which is made once for each version.
librdkafka_newest() {
    local fresh wheel folder
    need "${librdkafka_needs[@]}"
    mkdir -p "$kafka_cache"
    fresh=$(mktemp -d "$kafka_cache/fetch.XXXXXX")
    pip3 download -q --no-deps --only-binary :all: -d "$fresh" confluent-kafka >"$fresh/log" 2>&1 || {
        tail -n 5 "$fresh/log" >&2
        rm -rf "$fresh"
        die "the newest librdkafka can not be fetched: is PyPI reachable?"
    }
    wheel=$(echo "$fresh"/*.whl)
    folder=$kafka_cache/librdkafka-$(sed -nE 's/^confluent_kafka-([^-]+)-.*/\1/p' <<<"${wheel##*/}")
    if [ ! -e "$folder/librdkafka.so.1" ]; then
        python3 -m zipfile -e "$wheel" "$fresh/wheel"
        mkdir -p "$folder"
        mv "$fresh"/wheel/confluent_kafka.libs/librdkafka-*.so.1 "$folder/librdkafka.so.1"
    fi
    rm -rf "$fresh"
    printf '%s\n' "$folder"
}

# librdkafka_test VERSION: mock and e2e on it, with programs that were built for the system's.
librdkafka_test() {
    local folder version failed=()
    [ "${1:-}" = newest ] || die "usage: ./dev test --librdkafka newest"
    need "${test_needs[@]}" "${e2e_needs[@]}" "${kafka_needs[@]}"
    folder=$(librdkafka_newest)
    configure debug -DKAFFE_GATE=ON
    cmake --build build/debug -- --quiet
    version=$(LD_LIBRARY_PATH=$folder build/debug/kaffe version | sed -n 's/^librdkafka //p')
    [ "$version" != "$(build/debug/kaffe version | sed -n 's/^librdkafka //p')" ] ||
        say "this machine's own librdkafka is as new"
    say "on librdkafka $version"
    librdkafka_path=$folder
    step "mock on librdkafka $version" test_suite mock
    step "e2e on librdkafka $version" test_e2e ""
    ((${#failed[@]} == 0)) || die "FAILED: ${failed[*]}"
    say "all passed on librdkafka $version, in $SECONDS s"
}
