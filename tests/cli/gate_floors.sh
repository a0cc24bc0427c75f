# SPDX-License-Identifier: MIT
# An upward include does not compile: with the build's own command of each floor, every header of a
# floor that it must not see is "not found", and its own headers and those below are found.
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
    [cli]="include"
)
floors=(include src/base src/core src/wire src/fetch src/kafka src/consumer)

# The commands with which the build compiles the files of a folder.
commands_of() {
    sed -nE "s|.*\"command\": \"(.*) -o [^ ]+ -c $KAFFE_SOURCE/$1/[^/ ]+\.c\",\$|\1|p" \
        "$KAFFE_BUILD/compile_commands.json" | sed 's/\\\(.\)/\1/g'
}

planted() {
    printf '#include "%s"\nint kf_planted;\n' "$1" >"$scratch/planted.c"
    eval "${commands[0]} -fsyntax-only $scratch/planted.c" 2>"$scratch/said"
}

checked=0
for floor in "${!sees[@]}"; do
    mapfile -t commands < <(commands_of "$floor")
    [ ${#commands[@]} -gt 0 ] || { echo "$floor: the build compiles nothing there"; exit 1; }
    for other in "${floors[@]}"; do
        for header in "$other"/*.h; do
            [ -e "$header" ] || continue
            if [[ " ${sees[$floor]} " == *" $other "* ]]; then
                planted "${header##*/}" || { cat "$scratch/said"; echo "$floor can not include $header"; exit 1; }
            else
                ! planted "${header##*/}" || { echo "$floor can include $header"; exit 1; }
                grep -q 'No such file or directory' "$scratch/said" || { cat "$scratch/said"; exit 1; }
            fi
            checked=$((checked + 1))
        done
    done
done
echo "$checked includes tried"
