# SPDX-License-Identifier: MIT
# clang-tidy refuses a bug, a long function and a lock that is not held; a verdict is remembered only
# until the file, one of its headers or the settings change.
source "$KAFFE_SOURCE/tests/cli/gate/planted.sh"
clean_tree
mkdir -p src/base
plant src/base/planted.h <<<'int kf_planted(const char *text);'
file=$tree/src/base/planted.c
cat >build/compile_commands.json <<TEXT
[
{
  "directory": "$build",
  "command": "/usr/bin/cc -I$tree/src/base -DNAME=\\\\\\"kaffe\\\\\\" -std=c17 -Wall -Werror -o planted.o -c $file",
  "file": "$file"
}
]
TEXT
plant "$file" <<<'#include "planted.h"
#include <string.h>
int kf_planted(const char *text) { (void)NAME; return *text; }'
passes tidy
[ -n "$(ls build/tidy)" ] || { echo "nothing is remembered"; exit 1; }
passes tidy

plant src/base/planted.h <<<'#include <stdlib.h>
static inline int kf_header(const char *text) { return atoi(text); }
int kf_planted(const char *text);'
refuses tidy cert-err34-c
plant src/base/planted.h <<<'int kf_planted(const char *text);'
passes tidy

plant "$file" <<<'#include "planted.h"
#include <string.h>
int kf_planted(const char *text) { return memcmp(text, NAME, 3) ? *(int *)0 : 1; }'
refuses tidy clang-analyzer-core.NullDereference
plant "$file" < <(
    echo 'int kf_planted(int i);'
    echo 'int kf_planted(int i) {'
    for i in {1..60}; do echo "i += $i;"; done
    echo 'return i; }'
)
refuses tidy readability-function-size
plant "$file" <<<'struct __attribute__((capability("mutex"))) lock { int held; };
void kf_locked(struct lock *lock) __attribute__((requires_capability(lock)));
void kf_planted(struct lock *lock);
void kf_planted(struct lock *lock) { kf_locked(lock); }'
refuses tidy thread-safety
