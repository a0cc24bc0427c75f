# SPDX-License-Identifier: MIT
# A floor whose build sees a header above it is refused, and one that does not see what lies below.
source "$KAFFE_SOURCE/tests/cli/gate/planted.sh"
tree=$KAFFE_SOURCE build=$scratch/build
mkdir "$build"

# builds SED: the floors are compiled as they are, but for that change.
builds() {
    sed -E "$1" "$KAFFE_BUILD/compile_commands.json" >"$build/compile_commands.json"
}

builds ''
passes floors
builds "s|-I$tree/src/base .*-c $tree/src/base/|-I$tree/src/core &|"
refuses floors "src/base can include src/core/"
builds "s|-I$tree/include (.*-c $tree/cli/[a-z_]+\.c)|-I$tree/include -I$tree/src/kafka \1|"
refuses floors "cli can include src/kafka/"
builds "s|-I$tree/src/wire (.*-c $tree/src/fetch/)|\1|"
refuses floors "src/fetch can not include src/wire/"
builds "\|-c $tree/src/wire/|d"
refuses floors "src/wire: the build compiles nothing there"
