# SPDX-License-Identifier: MIT
# A program compiled in one line with pkg-config, shared and static.
source "$KAFFE_SOURCE/tests/cli/install/outside.sh"
installed
cd "$scratch"
cc -o shared "$outside/outside.c" $(pkg-config --cflags --libs kaffe)
cc -o static "$outside/outside.c" $(pkg-config --cflags --libs kaffe-static)
runs ./shared shared "$scratch/prefix/lib"
runs ./static static
cc -o service_shared "$outside/outside_service.c" $(pkg-config --cflags --libs kaffe-service)
cc -o service_static "$outside/outside_service.c" $(pkg-config --cflags --libs kaffe-service-static)
runs ./service_shared shared "$scratch/prefix/lib"
runs ./service_static static

# Nothing that libkaffe.a needs is missing from kaffe.pc either.
libraries=" $(pkg-config --static --libs kaffe) "
for library in rdkafka isal zstd lz4 snappy crypto; do
    [[ $libraries == *" -l$library "* ]] || { echo "kaffe.pc does not name $library"; exit 1; }
done
