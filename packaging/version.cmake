# SPDX-License-Identifier: Apache-2.0
# clockguard_version: the last tag v1.2.3 without its letter, and the commits since: "1.2.3+45". Before the first tag it
# is the version of project() and all commits; without git, or in a clone that is cut off, the version alone.
# '+' sorts after the release and before the next one, for dpkg and for rpm.
function(ask_git result)
  execute_process(COMMAND git ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE said
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    set(said "")
  endif()
  set(${result} "${said}" PARENT_SCOPE)
endfunction()

set(clockguard_version ${PROJECT_VERSION})
# A release's tree, unpacked inside somebody's repository, is not that repository.
ask_git(top rev-parse --show-toplevel)
ask_git(shallow rev-parse --is-shallow-repository)
file(REAL_PATH "${PROJECT_SOURCE_DIR}" here)
if(top STREQUAL here AND shallow STREQUAL "false")
  ask_git(described describe --tags --long --match "v[0-9]*")
  if(described MATCHES "^v([0-9.]+)-([0-9]+)-g[0-9a-f]+$")
    set(clockguard_version ${CMAKE_MATCH_1})
    set(since ${CMAKE_MATCH_2})
  else()
    ask_git(since rev-list --count HEAD)
  endif()
  if(since)
    string(APPEND clockguard_version "+${since}")
  endif()
endif()
# For those who package a tree without its history.
set(CLOCKGUARD_VERSION "" CACHE STRING "the version that the program tells, instead of that of the tag")
if(CLOCKGUARD_VERSION)
  set(clockguard_version ${CLOCKGUARD_VERSION})
endif()
