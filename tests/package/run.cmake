# Installs a build, then configures, builds and runs a consumer with nothing but what was installed; by CMake
# and by pkg-config.
# -D BUILD=build directory -D SOURCE=this directory -D SCRATCH=directory to use -D COMPILER=c++ -D LIBDIR=lib
# -D FLAGS=flags of the build
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\n${said}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
set(prefix ${SCRATCH}/prefix)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})

run(${CMAKE_COMMAND} -S ${SOURCE} -B ${SCRATCH}/build -D CMAKE_PREFIX_PATH=${prefix}
    -D CMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}")
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(${SCRATCH}/build/consumer)
if(NOT said MATCHES "consumer: ok")
  message(FATAL_ERROR "${said}")
endif()
message(STATUS "find_package: ok")

# A component that there is not is refused.
file(WRITE ${SCRATCH}/wrong/CMakeLists.txt "cmake_minimum_required(VERSION 3.25)
project(wrong LANGUAGES CXX)
find_package(oflens REQUIRED COMPONENTS codec no_such_component)
")
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SCRATCH}/wrong -B ${SCRATCH}/wrong/build
                        -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${COMPILER}
                RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
if(status EQUAL 0)
  message(FATAL_ERROR "find_package accepts a component that there is not")
endif()

find_program(PKG_CONFIG pkg-config)
if(NOT PKG_CONFIG)
  message(STATUS "pkg-config: skipped, it is not installed")
  return()
endif()
# The installed tree may be moved: only what is in it counts.
file(RENAME ${prefix} ${SCRATCH}/moved)
set(ENV{PKG_CONFIG_PATH} ${SCRATCH}/moved/${LIBDIR}/pkgconfig)
run(${PKG_CONFIG} --cflags --libs oflens-codec)
separate_arguments(options UNIX_COMMAND "${said}")
separate_arguments(flags UNIX_COMMAND "${FLAGS}")
run(${COMPILER} -std=c++20 ${flags} ${SOURCE}/main.cpp -o ${SCRATCH}/by-pkg-config ${options})
run(${SCRATCH}/by-pkg-config)
message(STATUS "pkg-config: ok")
