# SPDX-License-Identifier: MIT
# libkaffe, shared and static, out of the floors' objects. In this build, in a program that has it
# as a subdirectory, and after find_package the names are the same: kaffe::kaffe, kaffe::kaffe_static.
include(GNUInstallDirs)
get_property(floors GLOBAL PROPERTY KAFFE_FLOORS)
get_property(libraries GLOBAL PROPERTY KAFFE_LIBRARIES)
set(objects)
foreach(floor IN LISTS floors)
  list(APPEND objects $<TARGET_OBJECTS:${floor}>)
endforeach()

add_library(kaffe_shared SHARED ${objects})
add_library(kaffe_static STATIC ${objects})
add_library(kaffe::kaffe ALIAS kaffe_shared)
add_library(kaffe::kaffe_static ALIAS kaffe_static)
set_target_properties(kaffe_shared PROPERTIES EXPORT_NAME kaffe VERSION ${PROJECT_VERSION} SOVERSION 0)
foreach(library kaffe_shared kaffe_static)
  set_target_properties(${library} PROPERTIES OUTPUT_NAME kaffe
    ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR} LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  target_include_directories(${library} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${library} PRIVATE ${libraries} Threads::Threads)
endforeach()

set(exports ${PROJECT_SOURCE_DIR}/cmake/kaffe.map)
target_link_libraries(kaffe_shared PRIVATE kaffe_build)
target_link_options(kaffe_shared PRIVATE -Wl,--version-script=${exports})
set_target_properties(kaffe_shared PROPERTIES LINK_DEPENDS ${exports})
