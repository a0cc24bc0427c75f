# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of kaffe run share: modules, configuration files, the program in the background.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
run_pid=
trap 'kill $mock_pid $run_pid 2>/dev/null || true; rm -rf "$scratch"' EXIT
mkdir "$scratch/files" # what is there is not shown when a test fails
cd "$scratch/files"

# module NAME: NAME.so from the C on stdin, which stands behind the includes.
module() {
    {
        printf '#include <kaffe_service.h>\n#include <stdio.h>\n#include <unistd.h>\n'
        cat
    } >"$1.c"
    ${CC:-cc} -shared -fPIC -Wall -Wextra -Werror -I "$KAFFE_SOURCE/include" -o "$1.so" "$1.c"
}

# printing_module NAME FUNCTION: prints "CONSUMER PARTITION VALUE" for each message.
printing_module() {
    module "$1" <<C
KAFFE_MODULE;
KAFFE_API kaffe_status $2(const kaffe_message *m, void *ctx);
kaffe_status $2(const kaffe_message *m, void *ctx)
{
    const kaffe_module_context *context = ctx;
    printf("%s %d %.*s\n", context->consumer, m->partition, KAFFE_TEXT(m->value));
    return KAFFE_OK;
}
C
}

# consumer NAME TOPIC HANDLER [OPTION...]: a section of the file that is being written.
consumer() {
    printf '  %s:\n    endpoints: %s\n    topics: %s\n    consumer_group: %s\n' \
        "$1" "${endpoints:-nowhere:9092}" "$2" "group-$1"
    printf '    message_handler: %s\n    start_with_earliest_message: true\n' "$3"
    [ $# -lt 4 ] || printf '    %s\n' "${@:4}"
}

# start_run ARGUMENT...: in the background; it says to $scratch/run and run.log.
start_run() {
    : >"$scratch/run.log" # nobody takes the last one's lines for its own
    "$kaffe" run "$@" >"$scratch/run" 2>"$scratch/run.log" &
    run_pid=$!
}

# ends_run STATUS: it ends so by itself or by a signal that was sent.
ends_run() {
    local status=0
    wait "$run_pid" || status=$?
    run_pid=
    [ "$status" = "$1" ] || fail "status $status, not $1" "$(cat "$scratch/run" "$scratch/run.log")"
}

# run_said: what the program itself said, without the library's log.
run_said() {
    grep '^kaffe' "$scratch/run.log" || true
}
