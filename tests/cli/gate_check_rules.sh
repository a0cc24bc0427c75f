# SPDX-License-Identifier: MIT
# Each house rule refuses a breach of it by the file's name, and nothing else.
source "$KAFFE_SOURCE/tests/cli/gate/planted.sh"
clean_tree
mkdir -p src/kafka
plant src/kafka/wrapper.h <<<'#include <librdkafka/rdkafka.h>'
plant src/kafka/wrapper.c <<<'#include "wrapper.h"'
passes rules

# breach WORDS FILE: the text on stdin, alone in that file, is refused with these words.
breach() {
    plant "$2"
    refuses rules "$1"
    refuses rules "$2"
    rm "$2"
    passes rules
}

lines() {
    local i
    for ((i = 1; i < $1; i++)); do echo "int line_$i;"; done
}

breach "for src/kafka only" src/base/planted.c <<<'#include <librdkafka/rdkafka.h>'
breach "for src/kafka only" src/base/planted.h <<<'#  include "rdkafka_mock.h"'
breach "for src/kafka only" cli/planted.c <<<'#include "wrapper.h"'
breach "a header, never a way" src/base/planted.c <<<'#include "../kafka/wrapper.h"'
breach "banned" cli/planted.c <<<'int x(char *a) { return atoi(a); }'
breach "banned" src/base/planted.c <<<'int x(char *a, const char *b) { strcpy (a, b); }'
breach "finish it" src/base/planted.c <<<'/* TO''DO: later */'
breach "one machine" tests/unit/planted.c <<<"const char *path = \"/ho""me/me/kafka\";"
breach "culprit" src/base/planted.c <<<'const char *text = "failed to connect";'
breach "control flow" src/base/planted.c <<<'#define CHECK(x) if (!(x)) return -1;'
breach "a file is named" src/base/util.h <<<'int x;'
breach "401 lines" src/base/planted.c < <(lines 401)
breach "121 lines" src/base/planted.h < <(lines 121)
breach "401 lines" tests/unit/planted.c < <(lines 401)
breach "two headers" src/base/wrapper.h <<<'int x;'

echo 'int x;' >src/base/planted.c
refuses rules "no licence"
