# SPDX-License-Identifier: MIT
# A reader that went away is worth no word, whatever the program was started with; a full disk is.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"

# quiet ARGUMENT...: stdout is a pipe whose reader is gone. 141: ended by SIGPIPE, as pipes do.
quiet() {
    local status=0
    exec 4> >(:)
    wait $!
    timeout 60 "$kaffe" "$@" >&4 2>"$scratch/err" || status=$?
    exec 4>&-
    [ "$status" = 141 ] || fail "kaffe $*: status $status"
    [ ! -s "$scratch/err" ] || fail "kaffe $* said: $(cat "$scratch/err")"
}

quiet --help
quiet version
quiet mock
quiet demo
(
    trap '' PIPE
    quiet help mock
)

status=0
"$kaffe" version >/dev/full 2>"$scratch/err" || status=$?
[ "$status" = 1 ] || fail "a full disk: status $status"
grep -qx 'kaffe: stdout: No space left on device' "$scratch/err" || fail "$(cat "$scratch/err")"
