# Compiles one file and compares what the compiler says with the second line of the file:
#   // compiles          or          // error: REGULAR EXPRESSION
# -D SOURCE=file.cpp -D INCLUDE=directory -D COMPILER=c++
file(STRINGS ${SOURCE} lines LIMIT_COUNT 2)
list(GET lines 1 expected)
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${INCLUDE} ${SOURCE}
                RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(expected STREQUAL "// compiles")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "should compile:\n${said}")
  endif()
elseif(expected MATCHES "^// error: (.+)$")
  set(pattern "${CMAKE_MATCH_1}")
  if(status EQUAL 0)
    message(FATAL_ERROR "compiles, but should say: ${pattern}")
  elseif(NOT said MATCHES "error: [^\n]*${pattern}")
    message(FATAL_ERROR "should say: ${pattern}\nsays:\n${said}")
  endif()
else()
  message(FATAL_ERROR "the second line of ${SOURCE} does not say what to expect")
endif()
