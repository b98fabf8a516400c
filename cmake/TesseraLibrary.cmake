# One static library per folder, linked against exactly the folders that
# cmake/layers.txt allows, so that an include in the wrong direction does not link.

add_library(tessera_compile_options INTERFACE)
target_compile_options(tessera_compile_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  $<$<BOOL:${TESSERA_WARNINGS_AS_ERRORS}>:-Werror>)
if(TESSERA_SANITIZE)
  target_compile_options(tessera_compile_options INTERFACE
    -fsanitize=${TESSERA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(tessera_compile_options INTERFACE -fsanitize=${TESSERA_SANITIZE})
endif()

file(STRINGS ${PROJECT_SOURCE_DIR}/cmake/layers.txt TESSERA_LAYER_LINES REGEX "^[a-z]+ *:")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/layers.txt)

# tessera_allowed_layers(<folder> <out>): the line of layers.txt as a list.
function(tessera_allowed_layers folder out)
  foreach(line IN LISTS TESSERA_LAYER_LINES)
    if(line MATCHES "^${folder} *:(.*)$")
      separate_arguments(allowed UNIX_COMMAND "${CMAKE_MATCH_1}")
      set(${out} ${allowed} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "cmake/layers.txt has no line for ${folder}")
endfunction()

# tessera_add_library(<folder> SOURCES file... [PACKAGES target...] [PUBLIC_PACKAGES target...])
function(tessera_add_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;PACKAGES;PUBLIC_PACKAGES" ${ARGN})
  add_library(tessera_${folder} STATIC ${ARG_SOURCES})
  add_library(tessera::${folder} ALIAS tessera_${folder})
  set_target_properties(tessera_${folder} PROPERTIES EXPORT_NAME ${folder} POSITION_INDEPENDENT_CODE ON)
  target_compile_features(tessera_${folder} PUBLIC cxx_std_20)
  target_include_directories(tessera_${folder} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  tessera_allowed_layers(${folder} layers)
  foreach(layer IN LISTS layers)
    if(layer STREQUAL "mpi.h")
      target_link_libraries(tessera_${folder} PUBLIC MPI::MPI_CXX)
    else()
      target_link_libraries(tessera_${folder} PUBLIC tessera::${layer})
    endif()
  endforeach()
  target_link_libraries(tessera_${folder}
    PUBLIC ${ARG_PUBLIC_PACKAGES}
    PRIVATE ${ARG_PACKAGES} $<BUILD_INTERFACE:tessera_compile_options>)
  set_property(GLOBAL APPEND PROPERTY TESSERA_LIBRARIES tessera_${folder})
endfunction()
