# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The suites. Our own builds are stricter than a user's: warnings are errors (KAFFE_GATE).

test_needs=("${build_needs[@]}" libcmocka-dev=pc:cmocka openssl=openssl)
e2e_needs=(kcat=kcat)
header_needs=(g++=g++ clang=clang)
jobs=$(($(nproc) * 4)) # most tests wait more than they compute

test_command() {
    case ${1:-all} in
    all) test_all ;;
    unit | mock) test_suite "$@" ;;
    cli) need "${test_needs[@]}" "${check_needs[@]}" && test_suite "$@" ;;
    header) need "${test_needs[@]}" "${header_needs[@]}" && test_suite "$@" ;;
    e2e) test_e2e "${2:-}" ;;
    --librdkafka) librdkafka_test "${2:-}" ;;
    *) die "no suite $1: unit, mock, e2e, cli or header" ;;
    esac
}

# test_suite LABEL [NAME] in the debug build. Only what the suite runs is built.
test_suite() {
    local label=$1 name=${2:-} target
    need "${test_needs[@]}"
    configure debug -DKAFFE_GATE=ON
    case $label in
    cli | header) target=all ;;
    *) target=${label}_tests ;;
    esac
    cmake --build build/debug --target "$target" -- --quiet
    run_suites debug "$label" "$name"
}

# run_suites PRESET LABEL|LABEL... [NAME]
run_suites() {
    local run=() only=()
    [ -z "${3:-}" ] || only=(-R "$3")
    # Sanitizers that map fixed addresses do not like every kernel's random ones.
    ! setarch -R true 2>/dev/null || run=(setarch -R)
    # For the tests alone, not for what builds and starts them.
    [ -z "${librdkafka_path:-}" ] || run+=(env LD_LIBRARY_PATH="$librdkafka_path")
    "${run[@]}" ctest --test-dir "build/$1" -L "^($2)\$" "${only[@]}" -j "$jobs" \
        --output-on-failure --no-tests=error
}

# Against the user's own Kafka, or the checkout's, which is left as it was found.
test_e2e() {
    need "${test_needs[@]}" "${e2e_needs[@]}"
    if [ -z "${KAFFE_TEST_ENDPOINTS:-}" ]; then
        kafka_running || trap 'kafka_command stop' EXIT
        KAFFE_TEST_ENDPOINTS=$(kafka_command start)
        KAFFE_TEST_SECURITY=$kafka_security
        export KAFFE_TEST_ENDPOINTS KAFFE_TEST_SECURITY
    fi
    test_suite e2e "$1"
}

test_all() {
    need "${test_needs[@]}" "${check_needs[@]}" "${header_needs[@]}" "${kafka_needs[@]}"
    build_release
    configure debug -DKAFFE_GATE=ON
    cmake --build build/debug -- --quiet
    local failed=()
    step "unit, mock, header, cli" run_suites debug "unit|mock|header|cli"
    step "check" check_command
    local sanitizer
    for sanitizer in asan tsan; do
        step "unit and mock under $sanitizer" test_sanitized "$sanitizer"
    done
    step "e2e" test_e2e ""
    ((${#failed[@]} == 0)) || die "FAILED: ${failed[*]}"
    say "all passed, in $SECONDS s"
}

# step NAME COMMAND...: goes on after a failure, so that one run tells everything. Not `( ... ) ||`:
# there bash would ignore set -e inside, and with it a build that failed before its tests.
step() {
    local status
    say "--- $1"
    set +e
    (
        set -e
        "${@:2}"
    )
    status=$?
    set -e
    ((status == 0)) || failed+=("[$1]")
}

test_sanitized() {
    configure "$1" -DKAFFE_GATE=ON
    cmake --build "build/$1" --target unit_tests mock_tests -- --quiet
    run_suites "$1" "unit|mock"
}
