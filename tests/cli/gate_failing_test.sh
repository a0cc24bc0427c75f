# SPDX-License-Identifier: MIT
# A failing test fails ./dev test, and is named; so does a suite in which no test runs, and a test
# that does not compile.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/checkout"
cd "$KAFFE_SOURCE"
cp -r dev CMakeLists.txt CMakePresets.json cmake include src tools tests cli examples "$scratch/checkout"
cd "$scratch/checkout"

# The door is what is tested, not the code behind it: one source file for each floor, one test.
rm -rf cli/*.c examples/* tests/*/*.c tests/cli/*.sh tests/header/*.sh src/*/*.c tools/*.c
for floor in src/*; do
    echo 'extern int kf_nothing;' >"$floor/nothing.c"
done
mkdir -p tests/support tests/scarce examples
echo >examples/CMakeLists.txt
echo >tools/CMakeLists.txt
echo 'extern int kf_nothing;' | tee tests/support/nothing.c >tests/scarce/scarce.c

planted() {
    cat >tests/unit/test_planted.c <<TEXT
int main(void)
{
    return $1;
}
TEXT
}

refused() {
    if said=$(./dev test unit planted 2>&1); then
        echo "$said"
        echo "./dev test passes: $1"
        exit 1
    fi
    grep -qF "$2" <<<"$said" || { echo "$said"; echo "./dev test does not say: $2"; exit 1; }
}

planted 0
./dev test unit planted
./dev test unit
planted 1
refused "a failing test" "unit.test_planted (Failed)"
planted undeclared
refused "a test that does not compile" "undeclared"
rm tests/unit/test_planted.c
refused "no test at all" "No tests were found"
