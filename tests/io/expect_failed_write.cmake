# cmake -DMPIEXEC=... -DPROCESSES=n -DBINARY=... -DFOLDER=... -P expect_failed_write.cmake
#
# Passes if the job ends with exit code 4 and the message of a failed write, in good time, and
# leaves nothing in FOLDER.
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
execute_process(
  COMMAND ${MPIEXEC} -n ${PROCESSES} ${BINARY} ${FOLDER}
  TIMEOUT 30
  RESULT_VARIABLE code
  OUTPUT_VARIABLE output
  ERROR_VARIABLE output)
if(NOT code EQUAL 4)
  message(FATAL_ERROR "exit code ${code}, not 4:\n${output}")
endif()
if(NOT output MATCHES "tessera: error: cannot write '[^']*never.h5'")
  message(FATAL_ERROR "the message is missing:\n${output}")
endif()
file(GLOB left LIST_DIRECTORIES true ${FOLDER}/* ${FOLDER}/.*)
list(FILTER left EXCLUDE REGEX "/\\.\\.?$")
if(left)
  message(FATAL_ERROR "left behind: ${left}")
endif()
