# SPDX-License-Identifier: MIT
# Documentation that differs from what the option table prints is refused, and so is a table that
# can not be printed.
source "$KAFFE_SOURCE/tests/cli/gate/planted.sh"
mkdir -p docs tools build
touch tools/option_docs.c
echo 'workers: threads' >docs/options.md
printf '#!/bin/sh\necho "workers: threads"\n' >build/option_docs
chmod +x build/option_docs
passes docs
echo 'workers: processes' >docs/options.md
refuses docs "workers: processes"
rm build/option_docs
refuses docs "docs/options.md"
