# SPDX-License-Identifier: MIT
# kaffe produce and kaffe consume, on the embedded broker: keys, headers, null and empty, bytes that are
# no text; each form of output; where it begins and ends.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock orders,copy,group
on_mock=(-b "$endpoints" -q)

# produces INPUT ARGUMENT...: INPUT has escapes.
produces() {
    says 0 "" produce "${on_mock[@]}" "${@:2}" < <(printf '%b' "$1")
}

# prints OUTPUT ARGUMENT...: what consume prints to the end of the topic; OUTPUT has escapes.
prints() {
    says 0 "" consume "${on_mock[@]}" -e "${@:2}"
    cmp "$scratch/out" <(printf '%b' "$1") || fail "consume ${*:2} printed:" "$(cat -A "$scratch/out")"
}

produces 'k1:v1\n:v2\nk3:\nv4' -t orders -K : -H 'a=1' -H b
produces '\0377\0000' -t orders
produces 'k6:\n' -t orders -K : -Z

prints 'v1\nv2\n\nv4\n\0377\0000\n\n' -t orders
prints 'k1=v1;=v2;k3=;=v4;=\0377\0000;k6=;' -t orders -K = -D ';'
prints '4\tNULL\t\0377\0000\n5\tk6\tNULL\n' -t orders -Z -O -K '\t' -o 4
prints 'orders/0/0: k1(2)=v1(2) a=1,b=NULL %\norders/0/1: (0)=v2(2) a=1,b=NULL %\n' \
    -t orders -f '%t/%p/%o: %k(%K)=%s(%S) %h %%\n' -c 2
prints '-1,2;2,-1;' -t orders -f '%K,%S;' -o -2

says 0 "" consume "${on_mock[@]}" -e -t orders -J
sed 's/"ts":[0-9]*/"ts":0/' "$scratch/out" >"$scratch/json"
diff - "$scratch/json" <<'JSON' || fail "not the JSON that was meant"
{"topic":"orders","partition":0,"offset":0,"tstype":"create","ts":0,"headers":["a","1","b",null],"key":"k1","payload":"v1"}
{"topic":"orders","partition":0,"offset":1,"tstype":"create","ts":0,"headers":["a","1","b",null],"key":"","payload":"v2"}
{"topic":"orders","partition":0,"offset":2,"tstype":"create","ts":0,"headers":["a","1","b",null],"key":"k3","payload":""}
{"topic":"orders","partition":0,"offset":3,"tstype":"create","ts":0,"headers":["a","1","b",null],"key":null,"payload":"v4"}
{"topic":"orders","partition":0,"offset":4,"tstype":"create","ts":0,"key":null,"payload":{"base64":"/wA="}}
{"topic":"orders","partition":0,"offset":5,"tstype":"create","ts":0,"key":"k6","payload":null}
JSON

# A topic is copied, times included.
cp "$scratch/out" "$scratch/original"
says 0 "" produce "${on_mock[@]}" -t copy -J <"$scratch/original"
says 0 "" consume "${on_mock[@]}" -e -t copy -J
diff <(sed 's/"topic":"orders"/"topic":"copy"/' "$scratch/original") "$scratch/out"

# Files are a message each; with -l their lines are.
printf 'k:one\nk:two' >"$scratch/file"
produces '' -t group -K : "$scratch/file"
produces '' -t group -K : -l "$scratch/file"
prints '|k:one\nk:two;k|one;k|two;' -t group -K '|' -D ';'

# A member of a group ends after so many, too.
says 0 "" consume "${on_mock[@]}" -t group -g readers -o beginning -c 2
cmp "$scratch/out" <(printf 'k:one\nk:two\none\n') || fail "$(cat "$scratch/out")"
