#pragma once

#include <type_traits>

#include "isa/functions.hpp"

namespace tessera::kernels {

/// The functions of the instruction set in use.
[[nodiscard]] const isa::Table& table();

template <class Real>
[[nodiscard]] const isa::Functions<Real>& functions() {
  if constexpr (std::is_same_v<Real, float>) {
    return table().single_precision;
  } else {
    return table().double_precision;
  }
}

}  // namespace tessera::kernels
