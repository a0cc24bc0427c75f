# SPDX-License-Identifier: MIT
# libkaffe-service stands on libkaffe: kaffe::service, kaffe::service_static. The shared one has hidden
# copies of the pure floors, which libkaffe does not export: they hold no state.
get_property(floors GLOBAL PROPERTY KAFFE_SERVICE_FLOORS)
get_property(libraries GLOBAL PROPERTY KAFFE_SERVICE_LIBRARIES)
set(objects)
foreach(floor IN LISTS floors)
  list(APPEND objects $<TARGET_OBJECTS:${floor}>)
endforeach()
kaffe_library(kaffe-service kaffe_service
  SHARED_OBJECTS ${objects} $<TARGET_OBJECTS:kf_core> $<TARGET_OBJECTS:kf_base>
  STATIC_OBJECTS ${objects}
  LIBRARIES ${libraries} PkgConfig::ISAL PkgConfig::CRYPTO ${CMAKE_DL_LIBS})
target_link_libraries(kaffe_service_shared PUBLIC kaffe_shared)
target_link_libraries(kaffe_service_static PUBLIC kaffe_static)
add_library(kaffe::service ALIAS kaffe_service_shared)
add_library(kaffe::service_static ALIAS kaffe_service_static)
set_target_properties(kaffe_service_shared PROPERTIES EXPORT_NAME service)
set_target_properties(kaffe_service_static PROPERTIES EXPORT_NAME service_static)
set_target_properties(kaffe_service_shared PROPERTIES INSTALL_RPATH "$ORIGIN") # libkaffe stands beside it
