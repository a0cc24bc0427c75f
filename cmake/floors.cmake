# SPDX-License-Identifier: MIT
# kaffe_floor(name [FLOORS below...] [LIBRARIES ...] [SERVICE]): src/<name>/*.c as an object library
# that sees the headers of the named floors (and of those below them) and no others: an upward include
# is "file not found". Its objects go into libkaffe, or with SERVICE into libkaffe-service.
function(kaffe_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 floor "SERVICE" "" "FLOORS;LIBRARIES")
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.c)
  add_library(kf_${name} OBJECT ${sources})
  target_include_directories(kf_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                               ${PROJECT_SOURCE_DIR}/src/${name})
  set_target_properties(kf_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  foreach(below IN LISTS floor_FLOORS)
    # Headers and libraries go up, objects do not: the library collects those once.
    target_include_directories(kf_${name} PUBLIC
      $<TARGET_PROPERTY:kf_${below},INTERFACE_INCLUDE_DIRECTORIES>)
  endforeach()
  target_link_libraries(kf_${name} PRIVATE ${floor_LIBRARIES} Threads::Threads kaffe_build)
  if(floor_SERVICE)
    set_property(GLOBAL APPEND PROPERTY KAFFE_SERVICE_FLOORS kf_${name})
    set_property(GLOBAL APPEND PROPERTY KAFFE_SERVICE_LIBRARIES ${floor_LIBRARIES})
  else()
    set_property(GLOBAL APPEND PROPERTY KAFFE_FLOORS kf_${name})
    set_property(GLOBAL APPEND PROPERTY KAFFE_LIBRARIES ${floor_LIBRARIES})
  endif()
endfunction()
