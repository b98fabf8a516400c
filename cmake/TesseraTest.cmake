# How tests are declared. Test binaries go to <build>/tests.

# What a test on several processes needs wherever it runs: one thread per process, more processes
# than cores, no binding to cores (tests run side by side), and a container's root user.
set(TESSERA_MPI_TEST_ENVIRONMENT
  OMP_NUM_THREADS=1
  OMPI_ALLOW_RUN_AS_ROOT=1
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  OMPI_MCA_rmaps_base_oversubscribe=1
  OMPI_MCA_mpi_yield_when_idle=1
  OMPI_MCA_hwloc_base_binding_policy=none
  OMPI_MCA_btl_vader_single_copy_mechanism=none
  ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1)  # Open MPI itself leaks at exit

# tessera_add_test_program(<name> SOURCES file... [LIBRARIES target...])
function(tessera_add_test_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} tessera_compile_options)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
endfunction()

# tessera_add_test(<name> SOURCES file... [LIBRARIES target...] [LABELS label...] [TIMEOUT seconds])
# A GoogleTest without MPI.
function(tessera_add_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  tessera_add_test_program(${name}
    SOURCES ${ARG_SOURCES} LIBRARIES ${ARG_LIBRARIES} GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()

# tessera_set_mpi_test_properties(<ctest name> <processes> <timeout> <labels>)
function(tessera_set_mpi_test_properties name processes timeout labels)
  set_tests_properties(${name} PROPERTIES
    PROCESSORS ${processes}
    TIMEOUT ${timeout}
    LABELS "mpi;${labels}"
    ENVIRONMENT "${TESSERA_MPI_TEST_ENVIRONMENT};TESSERA_TEST_PROCESSES=${processes}")
endfunction()

# tessera_add_mpi_test(<name> SOURCES file... [LIBRARIES target...] PROCESSES count...
#                      [LABELS label...] [TIMEOUT seconds])
# A GoogleTest that includes mpi_test.hpp: one ctest <name>_np<count> for every process count. It
# fails, and is not skipped, when launched on another number of processes than declared.
function(tessera_add_mpi_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBRARIES;PROCESSES;LABELS" ${ARGN})
  tessera_add_test_program(${name}
    SOURCES ${ARG_SOURCES} LIBRARIES ${ARG_LIBRARIES} tessera_mpi_test_main)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  foreach(processes IN LISTS ARG_PROCESSES)
    add_test(NAME ${name}_np${processes}
      COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${processes} ${MPIEXEC_PREFLAGS}
              $<TARGET_FILE:${name}> ${MPIEXEC_POSTFLAGS})
    tessera_set_mpi_test_properties(
      ${name}_np${processes} ${processes} ${ARG_TIMEOUT} "${ARG_LABELS}")
  endforeach()
endfunction()
