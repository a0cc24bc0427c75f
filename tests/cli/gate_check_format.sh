# SPDX-License-Identifier: MIT
# A file in another format is refused by name.
source "$KAFFE_SOURCE/tests/cli/gate/planted.sh"
clean_tree
passes format
plant tests/unit/planted.c <<<'int main( void ) { return 0; }'
refuses format planted.c
