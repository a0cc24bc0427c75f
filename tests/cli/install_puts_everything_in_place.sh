# SPDX-License-Identifier: MIT
# cmake --install: headers, libraries, pkg-config files, CMake package, and a program that finds its libraries.
source "$KAFFE_SOURCE/tests/cli/install/outside.sh"
installed
cd "$scratch/prefix"
ls include/kaffe.h lib/libkaffe.so lib/libkaffe.so.0 lib/libkaffe.a lib/pkgconfig/kaffe.pc \
    lib/cmake/kaffe/kaffeConfig.cmake bin/kaffe include/kaffe_service.h lib/libkaffe-service.so \
    lib/libkaffe-service.so.0 lib/libkaffe-service.a lib/pkgconfig/kaffe-service.pc
version=$(pkg-config --modversion kaffe)
"bin/kaffe" version | grep -F "$version"
