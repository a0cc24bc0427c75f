# SPDX-License-Identifier: MIT
# Each public header alone, in every language it promises, with both compilers and no warning. The pointers of
# its inline functions are used, so that they are compiled too.
set -euo pipefail
cd "$KAFFE_SOURCE"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat >"$scratch/kaffe.h.alone" <<'TEXT'
#include "kaffe.h"
#include "kaffe.h"
kaffe_consumer *(*first)(const kaffe_consumer_options *, kaffe_error *) = kaffe_consumer_new;
kaffe_producer *(*second)(const kaffe_producer_options *, kaffe_error *) = kaffe_producer_new;
kaffe_bytes (*third)(const char *) = kaffe_text;
TEXT
cat >"$scratch/kaffe_service.h.alone" <<'TEXT'
#include "kaffe_service.h"
#include "kaffe_service.h"
KAFFE_MODULE;
kaffe_config *(*first)(const kaffe_config_sources *, kaffe_report_fn, void *,
                       kaffe_error *) = kaffe_config_load;
bool (*second)(size_t, kaffe_option *) = kaffe_option_at;
TEXT
failed=0
for compiler in gcc clang; do
    for language in c:c99 c:c11 c:c17 c++:c++11 c++:c++17 c++:c++20; do
        for header in kaffe.h kaffe_service.h; do
            "$compiler" -x "${language%:*}" "-std=${language#*:}" -fsyntax-only -Wall -Wextra -Wpedantic \
                -Wshadow -Wconversion -Werror -Iinclude "$scratch/$header.alone" ||
                { echo "$header is not ${language#*:} for $compiler"; failed=1; }
        done
    done
done
exit "$failed"
