# cmake -DMPIEXEC=... -DPROCESSES=n -DBINARY=... -DTEXT=... -P expect_failure.cmake
#
# Passes if the output of BINARY matches the regular expression TEXT and every one of its n
# processes ends with exit code 1. A shell around each process tells its exit code, since the
# launcher shows only one of them.
execute_process(
  COMMAND ${MPIEXEC} -n ${PROCESSES} sh -c "'${BINARY}'; echo \"exit code: $?\""
  OUTPUT_VARIABLE output
  ERROR_VARIABLE output)

string(REGEX MATCHALL "exit code: 1" failures "${output}")
list(LENGTH failures failure_count)
if(NOT failure_count EQUAL PROCESSES)
  message(FATAL_ERROR "${failure_count} of ${PROCESSES} processes failed:\n${output}")
endif()
if(NOT output MATCHES "${TEXT}")
  message(FATAL_ERROR "the output does not match '${TEXT}':\n${output}")
endif()
