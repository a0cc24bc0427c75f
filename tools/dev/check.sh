# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The checks, each a program of its own in tools/check, seen to fail by a test in tests/cli.

check_needs=(clang-format=clang-format clang-tidy=clang-tidy)
check_steps=(format rules floors state docs guide tidy)

check_command() {
    local step failed=()
    for step in "$@"; do
        [ -x "tools/check/$step" ] || die "no check $step: ${check_steps[*]}"
    done
    need "${test_needs[@]}" "${check_needs[@]}"
    configure debug -DKAFFE_GATE=ON
    cmake --build build/debug -- --quiet
    for step in "${@:-${check_steps[@]}}"; do
        if "tools/check/$step" . build/debug; then
            say "check $step: ok"
        else
            failed+=("$step")
            say "check $step: FAILED"
        fi
    done
    ((${#failed[@]} == 0)) || die "check FAILED: ${failed[*]}"
}
