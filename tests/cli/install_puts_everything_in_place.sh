# SPDX-License-Identifier: MIT
# cmake --install: header, both libraries, kaffe.pc, CMake package, and a program that finds its library.
source "$KAFFE_SOURCE/tests/cli/install/outside.sh"
installed
cd "$scratch/prefix"
ls include/kaffe.h lib/libkaffe.so lib/libkaffe.so.0 lib/libkaffe.a lib/pkgconfig/kaffe.pc \
    lib/cmake/kaffe/kaffeConfig.cmake bin/kaffe
version=$(pkg-config --modversion kaffe)
"bin/kaffe" version | grep -F "$version"
