# The codec needs the standard library only, and neither throws, catches nor looks at types at run time: its
# archive refers to nothing of that.
# -D ARCHIVE=liboflens_codec.a -D NM=nm
execute_process(COMMAND ${NM} --undefined-only -A ${ARCHIVE} RESULT_VARIABLE status OUTPUT_VARIABLE symbols
                ERROR_VARIABLE complaints)
if(NOT status EQUAL 0 OR symbols STREQUAL "")
  message(FATAL_ERROR "${NM} ${ARCHIVE}: ${complaints}")
endif()
string(REPLACE "\n" ";" lines "${symbols}")
foreach(line IN LISTS lines)
  if(line MATCHES " (__cxa_(throw|rethrow|begin_catch|allocate_exception)|__gxx_personality_v0|__dynamic_cast|_ZTI[A-Za-z0-9_]*|_ZTV[A-Za-z0-9_]*)$"
     OR line MATCHES " (_ZNSo[A-Za-z0-9_]*|_ZNSi[A-Za-z0-9_]*|_ZSt4c(out|err|in)|_ZNSt8ios_base[A-Za-z0-9_]*|_ZStls[A-Za-z0-9_]*)$"
     OR line MATCHES " (_ZN3fmt[A-Za-z0-9_]*|pcap_[a-z_]*)$")
    list(APPEND found "${line}")
  endif()
endforeach()
if(found)
  list(JOIN found "\n" found)
  message(FATAL_ERROR "the codec refers to\n${found}")
endif()
