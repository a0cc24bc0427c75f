# SPDX-License-Identifier: MIT
# Documentation that is not what the option table says is refused, and so is a missing one.
source "$KAFFE_SOURCE/tests/cli/gate/planted.sh"
mkdir -p docs build/tools
ln -s "$KAFFE_BUILD/tools/option_docs" build/tools/
build/tools/option_docs >docs/options.md
passes docs
echo 'one more line' >>docs/options.md
refuses docs "to mend"
rm docs/options.md
refuses docs "docs/options.md"
