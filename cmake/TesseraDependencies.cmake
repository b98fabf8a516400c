# Every third-party package, found once. All are Debian packages (scripts/install-deps).
find_package(MPI REQUIRED COMPONENTS CXX)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(PkgConfig REQUIRED)
set(HDF5_PREFER_PARALLEL ON)
find_package(HDF5 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "Tessera needs the parallel HDF5 library (Debian: libhdf5-openmpi-dev)")
endif()
pkg_check_modules(OPENBLAS REQUIRED IMPORTED_TARGET openblas)
pkg_check_modules(LIBTURBOJPEG REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
# Not by its pkg-config file, which names the reference BLAS and LAPACK. The library itself wants
# these too: OpenBLAS, which has all of their functions, must come before them when it is loaded, as
# what a program names itself does.
find_library(SCALAPACK_LIBRARY NAMES scalapack-openmpi scalapack REQUIRED)
if(NOT TARGET ScaLAPACK::ScaLAPACK)
  add_library(ScaLAPACK::ScaLAPACK UNKNOWN IMPORTED)
  set_target_properties(ScaLAPACK::ScaLAPACK PROPERTIES
    IMPORTED_LOCATION ${SCALAPACK_LIBRARY}
    INTERFACE_LINK_LIBRARIES "PkgConfig::OPENBLAS;MPI::MPI_CXX")
endif()
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(PNG REQUIRED)
find_package(ZLIB REQUIRED)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
if(NOT TARGET tessera_random123)
  add_library(tessera_random123 INTERFACE)
  target_include_directories(tessera_random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR})
endif()
