#pragma once

#include <string>

#include <gtest/gtest.h>

#include "tessera/kernels/instruction_set.hpp"

namespace tessera::testing {

/// Calls body() once with each set of instructions that this processor has.
template <class Body>
void with_every_instruction_set(Body&& body) {
  const auto before = kernels::instruction_set();
  for (const auto name : kernels::available_instruction_sets()) {
    SCOPED_TRACE(std::string(name));
    kernels::use_instruction_set(name);
    body();
  }
  kernels::use_instruction_set(before);
}

}  // namespace tessera::testing
