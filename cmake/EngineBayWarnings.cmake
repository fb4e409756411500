# SPDX-License-Identifier: BSL-1.0
# enginebay_warnings: what every target of this tree is compiled with, and no consumer of it.
# Link as $<BUILD_INTERFACE:enginebay_warnings>. CMAKE_COMPILE_WARNING_AS_ERROR (presets) makes them errors.

add_library(enginebay_warnings INTERFACE)
target_compile_options(
    enginebay_warnings
    INTERFACE -Wall
              -Wextra
              -Wpedantic
              -Wshadow
              -Wnon-virtual-dtor
              -Woverloaded-virtual
              -Wold-style-cast
              -Wcast-align
              -Wunused
              -Wextra-semi
              -Wformat=2)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(enginebay_warnings INTERFACE -Wduplicated-cond -Wlogical-op)
    # g++ 12 sees overlapping copies inside std::string's operator+ that are not there (GCC bug 105651).
    target_compile_options(enginebay_warnings INTERFACE -Wno-restrict)
    # The sanitizers' instrumentation makes the flow analysis of these two report std::optional and std::string.
    if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=")
        target_compile_options(enginebay_warnings INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow)
    endif()
endif()
