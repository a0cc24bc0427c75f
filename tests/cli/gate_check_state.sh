# SPDX-License-Identifier: MIT
# A variable that lives outside any handle is refused, in whatever form; a constant is not.
source "$KAFFE_SOURCE/tests/cli/gate/planted.sh"
objects=$build/CMakeFiles/kf_base.dir
mkdir -p "$objects"

compiled() {
    cc -std=c17 -fPIC -O2 -x c -c -o "$objects/planted.c.o" -
}

refuses state "no objects" # nothing was built: not a pass
compiled <<<'#include <stdio.h>
static const int table[] = { 1, 2 };
static const char *const names[] = { "a", "b" };
extern FILE *somebody_else;
extern const char *kf_name(int i);
const char *kf_name(int i) { return somebody_else ? names[i] : names[table[i] - 1]; }'
passes state
for variable in 'int planted;' 'int planted = 3;' 'static char *planted = "text";' \
    '_Thread_local int planted;' 'static _Atomic long planted;'; do
    compiled <<<"$variable void *kf_use(void); void *kf_use(void) { return (void *)&planted; }"
    refuses state "planted.c.o: planted"
done
compiled <<<'int kf_next(void); int kf_next(void) { static int planted; return ++planted; }'
refuses state "planted.c.o: planted"
