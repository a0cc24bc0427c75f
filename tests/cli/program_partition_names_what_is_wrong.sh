# SPDX-License-Identifier: MIT
# kaffe partition: a wrong command line is a line that names the culprit, and nothing on stdout.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"

# wrong LINE ARGUMENT...
wrong() {
    says 2 "kaffe partition: $1" partition "${@:2}"
    [ ! -s "$scratch/out" ] || fail "$(cat "$scratch/out")"
}
wrong '--partitions N is missing: say how many the topic has' key
wrong '--partitions 0: must be 1..2147483647' -p 0 key
wrong '--partitions -4: must be 1..2147483647' -p -4 key
wrong '--partitions 12x: must be 1..2147483647' -p12x key
wrong '--partitions 2147483648: must be 1..2147483647' -p 2147483648 key
wrong 'no strategy "murmur": did you mean murmur2?' -p 4 -s murmur key
wrong 'no strategy "roundrobin": did you mean round_robin?' -p 4 -s roundrobin key
wrong 'no strategy "./own.so:choose": there are md5, round_robin, random, murmur2, fnv1a, crc32' \
    -p 4 -s ./own.so:choose key
wrong 'key "0g": --hex wants two of 0-9, a-f for a byte' -p 4 --hex 0g
wrong 'key "abc": --hex wants two of 0-9, a-f for a byte' -p 4 -x abc
wrong '-p is given twice' -p 4 -p 5 key
