# SPDX-License-Identifier: MIT
# A CMake project that finds the installed tree, moved after its installation.
source "$KAFFE_SOURCE/tests/cli/install/outside.sh"
installed
mv "$scratch/prefix" "$scratch/moved"
cmake -S "$outside" -B "$scratch/build" -G Ninja -DCMAKE_PREFIX_PATH="$scratch/moved" >"$scratch/log" ||
    { cat "$scratch/log"; exit 1; }
cmake --build "$scratch/build"
runs "$scratch/build/outside_shared" shared
runs "$scratch/build/outside_static" static
runs "$scratch/build/outside_service_shared" shared
runs "$scratch/build/outside_service_static" static
