# SPDX-License-Identifier: MIT
# What libkaffe links, said once: the build, kaffe.pc and the CMake package all read it from here.
# Global targets, so that a program in which this is a subdirectory can link the static library.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

# kaffe_dependency(NAME module>=version): the target PkgConfig::NAME
macro(kaffe_dependency name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  list(APPEND KAFFE_DEPENDENCIES "${name} ${module}")
endmacro()
kaffe_dependency(RDKAFKA rdkafka>=2.0.2)
kaffe_dependency(ISAL libisal)
kaffe_dependency(ZSTD libzstd)
kaffe_dependency(LZ4 liblz4)
kaffe_dependency(SNAPPY snappy)
kaffe_dependency(SSL libssl)
kaffe_dependency(CRYPTO libcrypto)
if(KAFFE_SERVICE)
  set(KAFFE_SERVICE_DEPENDENCIES ${KAFFE_DEPENDENCIES})
  pkg_check_modules(YAML REQUIRED IMPORTED_TARGET GLOBAL yaml-0.1)
  list(APPEND KAFFE_SERVICE_DEPENDENCIES "YAML yaml-0.1")
endif()
