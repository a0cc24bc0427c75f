# SPDX-License-Identifier: MIT
# kaffe partition: the partitions of Elixir Kaffe, Java, Sarama and librdkafka, for their own vectors.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
data=$KAFFE_SOURCE/tests/data

# agrees STRATEGY COUNT: stdin has "hex<tab>partition", and the program says the same.
agrees() {
    cat >"$scratch/vectors"
    [ -s "$scratch/vectors" ] || fail "$1 of $2: no vectors"
    cut -f 1 "$scratch/vectors" | "$kaffe" partition --hex -s "$1" -p "$2" >"$scratch/chosen"
    diff "$scratch/chosen" "$scratch/vectors" || fail "$1 of $2: < chosen, > theirs"
}

md5=$data/md5_partition.tsv
for count in 1 10 32; do
    awk -F '\t' -v count="$count" '!/^#/ && $2 == count { print $1 "\t" $3 }' "$md5" | agrees md5 "$count"
done
for pair in java_murmur2:murmur2 librdkafka_fnv1a:fnv1a librdkafka_consistent:crc32; do
    for count in 2 12 32; do
        awk -F '\t' -v name="${pair%:*}" -v count="$count" \
            '$1 == name && $3 == count { print $2 "\t" $4 }' "$data/partitioners.tsv" |
            agrees "${pair#*:}" "$count"
    done
done

# The key is shown as given, from the command line or from stdin, with or without its last newline.
says 0 "" partition -p 32 customer-42 "" -- -x
[ "$(cut -f 1 "$scratch/out" | tr '\n' ',')" = "customer-42,,-x," ] || fail "$(cat "$scratch/out")"
cp "$scratch/out" "$scratch/given"
printf 'customer-42\n\n-x' | "$kaffe" partition --partitions=32 | cmp - "$scratch/given"
says 0 "" partition --hex --partitions 32 437573
"$kaffe" partition -p 32 Cus | cut -f 2 | cmp - <(cut -f 2 "$scratch/out")
says 0 "" partition -p 3 -s round_robin a a a a
[ "$(cut -f 2 "$scratch/out" | xargs)" = "0 1 2 0" ] || fail "$(cat "$scratch/out")"
