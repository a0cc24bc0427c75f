# SPDX-License-Identifier: MIT
# Documentation that is not what the tables say is refused, and so is a missing one.
source "$KAFFE_SOURCE/tests/cli/gate/planted.sh"
mkdir -p docs build/tools
ln -s "$KAFFE_BUILD/tools/option_docs" "$KAFFE_BUILD/tools/property_docs" build/tools/
build/tools/option_docs >docs/options.md
build/tools/property_docs >docs/kafka-properties.md
passes docs
echo 'one more line' >>docs/kafka-properties.md
refuses docs "to mend"
rm docs/kafka-properties.md
refuses docs "docs/kafka-properties.md"
build/tools/property_docs >docs/kafka-properties.md
echo 'one more line' >>docs/options.md
refuses docs "to mend"
rm docs/options.md
refuses docs "docs/options.md"
