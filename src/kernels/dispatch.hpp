#pragma once

#include <type_traits>

#include "tessera/core/aligned.hpp"

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

/// Where this thread keeps a panel of F; allocated only when it has to grow.
template <class Real>
Real* panel(Index k) {
  thread_local AlignedVector<Real> entries;
  const auto size = static_cast<std::size_t>(functions<Real>().panel_size(k));
  if (entries.size() < size) {
    entries.resize(size);
  }
  return entries.data();
}

}  // namespace tessera::kernels
