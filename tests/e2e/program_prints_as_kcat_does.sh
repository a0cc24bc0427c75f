# SPDX-License-Identifier: MIT
# The program and kcat on one Kafka: each form of output has kcat's bytes, and what either produces the
# other reads. Where kcat's JSON is none, since the bytes are no text, ours is another.
source "$KAFFE_SOURCE/tests/e2e/program/kafka.sh"

# same ARGUMENT...: both print the same of $topic, to its end.
same() {
    kcat -C "${to_kafka[@]}" -q -t "$topic" -e "$@" | sed 's/"broker":[0-9]*,//' >"$scratch/kcat"
    says 0 "" consume "${to_kafka[@]}" -t "$topic" -e "$@"
    cmp "$scratch/out" "$scratch/kcat" || fail "consume $*:" "$(diff -a "$scratch/out" "$scratch/kcat")"
    [ -s "$scratch/out" ] || fail "consume $*: nothing was printed"
}

all_forms_are_the_same() {
    same
    same -J
    same -K:
    same -K '=\t' -D '\x01'
    same -D ''
    same -D 'ab\101\0101\x3b'
    same -u -c 2
    same -f '%t|%p|%o|%k|%K|%s|%S|%T|%h|%%|\n\r\t\\\x41\q'
    same -f '%R%s'
    same -o 2
    same -o -2
    same -o beginning -c 1
}

# By kcat: keys, empty ones, none; headers with values, empty ones, none; all of ASCII, and more.
make_topic kcat 1
printf 'k1:v1\nv2\n:v3\nk4:\n\nk5:a:b\nlast' |
    kcat -P "${to_kafka[@]}" -t "$topic" -K: -H a=1 -H b= -H c -H d=x=y,z
printf 'k6:\n' | kcat -P "${to_kafka[@]}" -t "$topic" -K: -Z
for ((i = 1; i < 128; i++)); do printf "\\x$(printf %02x $i)"; done >"$scratch/ascii"
printf 'é€😀' >>"$scratch/ascii"
kcat -P "${to_kafka[@]}" -t "$topic" "$scratch/ascii"
all_forms_are_the_same
says 0 "" consume "${to_kafka[@]}" -t "$topic" -e -f '%T\n' -c 1
same -o "s@$(cat "$scratch/out")"
by_kcat=$topic

# By kaffe, the same input: kcat sees no difference but in time.
make_topic kaffe 1
says 0 "" produce "${to_kafka[@]}" -t "$topic" -K: -H a=1 -H b= -H c -H d=x=y,z \
    < <(printf 'k1:v1\nv2\n:v3\nk4:\n\nk5:a:b\nlast')
says 0 "" produce "${to_kafka[@]}" -t "$topic" -K: -Z < <(printf 'k6:\n')
says 0 "" produce "${to_kafka[@]}" -t "$topic" "$scratch/ascii"
all_forms_are_the_same
for read in "$by_kcat" "$topic"; do
    kcat -C "${to_kafka[@]}" -q -t "$read" -e -f '%p|%o|%k|%K|%s|%S|%h\n' >"$scratch/read-$read"
done
cmp "$scratch/read-$by_kcat" "$scratch/read-$topic"

# No text: the same bytes either way, and JSON that kcat does not have.
make_topic binary 1
head -c 100000 /dev/urandom >"$scratch/random"
kcat -P "${to_kafka[@]}" -t "$topic" "$scratch/random"
says 0 "" produce "${to_kafka[@]}" -t "$topic" "$scratch/random"
cat "$scratch/random" "$scratch/random" >"$scratch/twice"
same -D ''
cmp "$scratch/out" "$scratch/twice"
says 0 "" consume "${to_kafka[@]}" -t "$topic" -e -J -c 1
sed 's/.*"payload":{"base64":"\(.*\)"}}/\1/' "$scratch/out" | base64 -d | cmp - "$scratch/random"
