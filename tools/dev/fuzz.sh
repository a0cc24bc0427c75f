# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Fuzzing under ASan and UBSan: each target for so many seconds, beginning with its corpus. What is
# found is kept in build/fuzz/found/TARGET; an input that breaks something is named.

fuzz_needs=("${test_needs[@]}" clang=clang)

fuzz_command() {
    local seconds=${1:-} target targets failed=()
    [[ $seconds =~ ^[1-9][0-9]*$ ]] || die "usage: ./dev fuzz SECONDS [TARGET...], SECONDS for each"
    shift
    need "${fuzz_needs[@]}"
    configure fuzz
    cmake --build build/fuzz --target fuzzers -- --quiet
    targets=("$@")
    [ $# -gt 0 ] || mapfile -t targets < <(fuzz_targets)
    for target in "${targets[@]}"; do
        [ -x "build/fuzz/tests/fuzz/fuzz_$target" ] || die "no target $target: $(fuzz_targets | tr '\n' ' ')"
        say "fuzz $target, $seconds s"
        fuzz_one "$target" "$seconds" || failed+=("$target")
    done
    ((${#failed[@]} == 0)) || die "fuzz FAILED: ${failed[*]}"
}

fuzz_targets() {
    local source
    for source in tests/fuzz/fuzz_*.c; do
        source=${source##*/fuzz_}
        printf '%s\n' "${source%.c}"
    done
}

# fuzz_one TARGET SECONDS: the fuzzer's own words go to a log.
fuzz_one() {
    local found=build/fuzz/found/$1 log=build/fuzz/$1.log
    mkdir -p "$found"
    if "build/fuzz/tests/fuzz/fuzz_$1" -max_len=4096 -timeout=20 -max_total_time="$2" \
        -artifact_prefix="build/fuzz/$1-" "$found" "tests/fuzz/corpus/$1" >"$log" 2>&1; then
        grep '^Done' "$log" >&2
    else
        grep -E 'SUMMARY|Test unit written|^    #[0-9] .* in (kf|cli|fuzz|kaffe)' "$log" | head -n 12 >&2
        return 1
    fi
}
