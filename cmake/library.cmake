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

# kaffe_library(name prefix map OBJECTS objects...): the targets <prefix>_shared and <prefix>_static
function(kaffe_library output prefix)
  cmake_parse_arguments(PARSE_ARGV 2 library "" "" "SHARED_OBJECTS;STATIC_OBJECTS;LIBRARIES")
  add_library(${prefix}_shared SHARED ${library_SHARED_OBJECTS})
  add_library(${prefix}_static STATIC ${library_STATIC_OBJECTS})
  set_target_properties(${prefix}_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0)
  foreach(library ${prefix}_shared ${prefix}_static)
    set_target_properties(${library} PROPERTIES OUTPUT_NAME ${output}
      ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR} LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
    target_include_directories(${library} PUBLIC
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${library} PRIVATE ${library_LIBRARIES} Threads::Threads)
  endforeach()
  set(exports ${PROJECT_SOURCE_DIR}/cmake/${output}.map)
  target_link_libraries(${prefix}_shared PRIVATE kaffe_build)
  target_link_options(${prefix}_shared PRIVATE -Wl,--version-script=${exports})
  set_target_properties(${prefix}_shared PROPERTIES LINK_DEPENDS ${exports})
endfunction()

kaffe_library(kaffe kaffe SHARED_OBJECTS ${objects} STATIC_OBJECTS ${objects} LIBRARIES ${libraries})
add_library(kaffe::kaffe ALIAS kaffe_shared)
add_library(kaffe::kaffe_static ALIAS kaffe_static)
set_target_properties(kaffe_shared PROPERTIES EXPORT_NAME kaffe)
