set(folder ${BINARY_DIR}/consumer)
file(REMOVE_RECURSE ${folder})

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(flags "")
if(SANITIZE)
  set(flags "-fsanitize=${SANITIZE}")
endif()
run(${CMAKE_COMMAND} --install ${BINARY_DIR} --prefix ${folder}/prefix)
run(${CMAKE_COMMAND} -S ${PROJECT} -B ${folder}/build -G ${GENERATOR}
  -DCMAKE_PREFIX_PATH=${folder}/prefix -DCMAKE_CXX_COMPILER=${CXX} "-DCMAKE_CXX_FLAGS=${flags}")
run(${CMAKE_COMMAND} --build ${folder}/build)
run(${folder}/build/consumer)
run(${folder}/prefix/bin/tessera --version)
