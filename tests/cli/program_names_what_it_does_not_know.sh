# SPDX-License-Identifier: MIT
# A wrong command line: one line that names the culprit and what was perhaps meant, status 2.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
says 2 'kaffe: no command "vrsion": did you mean version?' vrsion
says 2 'kaffe: no command "-C": did you mean consume?' -C -b localhost:9092 -t orders
says 2 'kaffe: no command "-G": did you mean consume -g?' -G readers
says 2 'kaffe: no command "-L": kaffe help lists them' -L
says 2 'kaffe: no command "unheard-of": kaffe help lists them' unheard-of
says 2 'kaffe: no command "mokc": did you mean mock?' help mokc
says 2 'kaffe mock: no flag --topic: did you mean --topics?' mock --topic orders
says 2 'kaffe mock: no flag --tpics: did you mean --topics?' mock --tpics=orders
says 2 'kaffe mock: no flag --colour: kaffe help mock lists them' mock --colour
says 2 'kaffe mock: --topics wants a value: --topics NAME[:PARTITIONS],...' mock --topics
says 2 'kaffe mock: --topics is given twice' mock --topics a --topics b
says 2 'kaffe mock: "orders" is too much: kaffe help mock shows what it takes' mock orders
says 2 'kaffe help: "mock" is too much: kaffe help help shows what it takes' help version mock
says 2 'kaffe mock: topics: orders:0: partitions must be 1..10000' mock --topics orders:0
[ ! -s "$scratch/out" ] || fail "an error went to stdout"
