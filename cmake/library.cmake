# SPDX-License-Identifier: MIT
# libkaffe, shared and static, out of the floors' objects.
get_property(floors GLOBAL PROPERTY KAFFE_FLOORS)
get_property(libraries GLOBAL PROPERTY KAFFE_LIBRARIES)
set(objects)
foreach(floor IN LISTS floors)
  list(APPEND objects $<TARGET_OBJECTS:${floor}>)
endforeach()

add_library(kaffe SHARED ${objects})
add_library(kaffe_static STATIC ${objects})
set_target_properties(kaffe_static PROPERTIES OUTPUT_NAME kaffe)
set_target_properties(kaffe PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0)
foreach(library kaffe kaffe_static)
  target_include_directories(${library} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
  target_link_libraries(${library} PRIVATE ${libraries} Threads::Threads)
endforeach()
target_link_libraries(kaffe PRIVATE kaffe_build)
