# SPDX-License-Identifier: MIT
# kaffe mock prints one line, its address, accepts connections there, and ends well by a signal.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
for signal in INT TERM; do
    start_mock orders:4,refunds
    [ "$(wc -l <"$scratch/mock")" = 1 ] || fail "more than one line: $(cat "$scratch/mock")"
    [[ $endpoints =~ ^127\.0\.0\.1:[0-9]+$ ]] || fail "no address: $endpoints"
    exec 3<>"/dev/tcp/${endpoints/://}" || fail "nobody listens on $endpoints"
    exec 3>&-
    kill -s "$signal" "$mock_pid"
    wait "$mock_pid" || fail "status $? after SIG$signal"
done
mock_pid=
