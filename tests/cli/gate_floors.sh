# SPDX-License-Identifier: MIT
# An upward include does not compile. With the build's own command of each floor, a planted file finds
# the floor's own headers and those below, and "No such file or directory" where it looks up.
set -euo pipefail
cd "$KAFFE_SOURCE"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What each floor may include from; the build files are not asked, so that they can be wrong.
declare -A sees=(
    [src/base]="include src/base"
    [src/core]="include src/base src/core"
    [src/wire]="include src/base src/wire"
    [src/fetch]="include src/base src/core src/wire src/fetch"
    [src/kafka]="include src/base src/core src/kafka"
    [src/consumer]="include src/base src/core src/wire src/fetch src/kafka src/consumer"
    [cli]="include cli"
)
headers=(include/*.h src/*/*.h cli/*.h)

# The commands with which the build compiles the files of a folder.
commands_of() {
    sed -nE "s|.*\"command\": \"(.*) -o [^ ]+ -c $KAFFE_SOURCE/$1/[^/ ]+\.c\",\$|\1|p" \
        "$KAFFE_BUILD/compile_commands.json" | sed 's/\\\(.\)/\1/g'
}

# compile OPTION... the planted file, which is in the floor's own folder as far as includes go.
compile() {
    eval "${commands[0]} $(printf -- '-iquote %q' "$KAFFE_SOURCE/$floor") $* $scratch/planted.c"
}

may_see() {
    [[ " ${sees[$floor]} " == *" ${1%/*} "* ]]
}

for floor in src/*/ cli/; do
    floor=${floor%/}
    [ -n "${sees[$floor]:-}" ] || { echo "$floor: which floors may it see? say it here"; exit 1; }
    mapfile -t commands < <(commands_of "$floor")
    [ ${#commands[@]} -gt 0 ] || { echo "$floor: the build compiles nothing there"; exit 1; }

    # All headers by their names at once; -MG goes on where one is not found. What was found is told
    # by its path: a system header may have the same name.
    printf '#include "%s"\n' "${headers[@]##*/}" >"$scratch/planted.c"
    compile -M -MG -MF "$scratch/found"
    upward=
    for header in "${headers[@]}"; do
        if grep -qwF "$KAFFE_SOURCE/$header" "$scratch/found"; then
            may_see "$header" || { echo "$floor can include $header"; exit 1; }
        else
            ! may_see "$header" || { echo "$floor can not include $header"; exit 1; }
            [[ $header != src/* || -e /usr/include/${header##*/} ]] || upward=$header
        fi
    done

    # And what is not found is an error of the build.
    [ -n "$upward" ] || continue
    printf '#include "%s"\nint kf_planted;\n' "${upward##*/}" >"$scratch/planted.c"
    ! compile -fsyntax-only 2>"$scratch/said" || { echo "$floor compiles with $upward"; exit 1; }
    grep -qF "${upward##*/}: No such file or directory" "$scratch/said" || { cat "$scratch/said"; exit 1; }
    printf '#include "kaffe.h"\nextern int kf_planted;\n' >"$scratch/planted.c"
    compile -fsyntax-only
    echo "$floor: does not find ${upward##*/}, finds kaffe.h"
done
