# SPDX-License-Identifier: MIT
option(KAFFE_TESTS "build examples and tests" ${PROJECT_IS_TOP_LEVEL})
option(KAFFE_PROGRAM "build the kaffe program" ${PROJECT_IS_TOP_LEVEL})
option(KAFFE_SERVICE "build libkaffe-service: configuration files, handler modules" ${PROJECT_IS_TOP_LEVEL})
option(KAFFE_INSTALL "install the library" ${PROJECT_IS_TOP_LEVEL})
option(KAFFE_GATE "warnings are errors: for our own gate, never for a release" OFF)
set(KAFFE_SANITIZE "" CACHE STRING "a list for -fsanitize=")

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
find_program(KAFFE_CCACHE ccache)
if(KAFFE_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_C_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${KAFFE_CCACHE})
endif()
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

# Flags of everything that is ours; nobody who links libkaffe inherits them.
add_library(kaffe_build INTERFACE)
target_compile_definitions(kaffe_build INTERFACE _GNU_SOURCE KAFFE_BUILD_VERSION="${PROJECT_VERSION}")
target_compile_options(kaffe_build INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wold-style-definition -Wundef -Wcast-qual -Wcast-align -Wformat=2 -Wvla
  -Wwrite-strings -Wpointer-arith -Wdouble-promotion -Wswitch-enum -Wnull-dereference
  -Wimplicit-fallthrough -fstack-protector-strong)
if(CMAKE_C_COMPILER_ID MATCHES "Clang")
  # librdkafka's macros are statement expressions; gcc checks our own casts.
  target_compile_options(kaffe_build INTERFACE -Wthread-safety -Wno-gnu-statement-expression -Wno-cast-qual)
endif()
if(KAFFE_GATE)
  target_compile_options(kaffe_build INTERFACE -Werror)
endif()
if(KAFFE_SANITIZE)
  target_compile_options(kaffe_build INTERFACE -fsanitize=${KAFFE_SANITIZE} -fno-omit-frame-pointer
                                               -fno-sanitize-recover=all
                                               -Wno-maybe-uninitialized) # guesses, under sanitizers
  target_link_options(kaffe_build INTERFACE -fsanitize=${KAFFE_SANITIZE})
else()
  target_compile_options(kaffe_build INTERFACE $<$<CONFIG:Release>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
  target_link_options(kaffe_build INTERFACE -Wl,-z,relro,-z,now)
endif()
