# SPDX-License-Identifier: MIT
# cmake --install: the headers, the libraries, shared and static, pkg-config files and the CMake package. All of it finds its
# own prefix, so the tree may be installed or moved anywhere.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/kaffe)

set(pc_files kaffe.pc kaffe-static.pc)
install(FILES include/kaffe.h TYPE INCLUDE)
install(TARGETS kaffe_shared EXPORT kaffe_shared)
install(TARGETS kaffe_static EXPORT kaffe_static)
install(EXPORT kaffe_shared NAMESPACE kaffe:: FILE kaffeShared.cmake DESTINATION ${package_dir})
install(EXPORT kaffe_static NAMESPACE kaffe:: FILE kaffeStatic.cmake DESTINATION ${package_dir})
if(KAFFE_SERVICE)
  list(APPEND pc_files kaffe-service.pc kaffe-service-static.pc)
  install(FILES include/kaffe_service.h TYPE INCLUDE)
  install(TARGETS kaffe_service_shared EXPORT kaffe_service_shared)
  install(TARGETS kaffe_service_static EXPORT kaffe_service_static)
  install(EXPORT kaffe_service_shared NAMESPACE kaffe:: FILE kaffeServiceShared.cmake
    DESTINATION ${package_dir})
  install(EXPORT kaffe_service_static NAMESPACE kaffe:: FILE kaffeServiceStatic.cmake
    DESTINATION ${package_dir})
endif()
configure_package_config_file(cmake/kaffeConfig.cmake.in kaffeConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(kaffeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/kaffeConfig.cmake ${PROJECT_BINARY_DIR}/kaffeConfigVersion.cmake
  DESTINATION ${package_dir})

set(modules)
foreach(dependency IN LISTS KAFFE_DEPENDENCIES)
  string(REGEX REPLACE "^[^ ]+ " "" module "${dependency}")
  string(REPLACE ">=" " >= " module "${module}")
  list(APPEND modules "${module}")
endforeach()
list(JOIN modules ", " KAFFE_PC_REQUIRES)
file(RELATIVE_PATH KAFFE_PC_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" KAFFE_PC_PREFIX ${KAFFE_PC_PREFIX})
foreach(file IN LISTS pc_files)
  configure_file(cmake/${file}.in ${file} @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${file} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
