# SPDX-License-Identifier: MIT
# A CMake project that has this checkout as a part of itself. It builds the library only: no
# program, no tests, and nothing of ours in its installation.
source "$KAFFE_SOURCE/tests/cli/install/outside.sh"
cmake -S "$outside" -B "$scratch/build" -G Ninja -DKAFFE_CHECKOUT="$KAFFE_SOURCE" >"$scratch/log" ||
    { cat "$scratch/log"; exit 1; }
cmake --build "$scratch/build"
runs "$scratch/build/outside_shared" shared
runs "$scratch/build/outside_static" static
runs "$scratch/build/outside_service_shared" shared
runs "$scratch/build/outside_service_static" static
cmake --install "$scratch/build" --prefix "$scratch/prefix" >/dev/null
[ ! -e "$scratch/prefix" ] || { find "$scratch/prefix"; exit 1; }
