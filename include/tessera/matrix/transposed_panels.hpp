#pragma once

#include <vector>

#include "tessera/matrix/sparse_block.hpp"

namespace tessera {

/// A block once more, by columns, so that AᵀF can gather rows of F as A·H does, instead of
/// scattering to rows of its result: faster, and shared by threads without conflicts.
///
/// The rows of A are cut into panels, so that the rows of F that one of them names stay in the
/// second-level cache where that pays:
///
///   panel    rows: A's columns      columns: a range of A's rows, one behind the other
///
/// Entries of a row stand by rising column, so that for each entry of AᵀF the sum over all panels
/// has the order that it has in A itself, and the same bits.
template <class Real>
using TransposedPanels = std::vector<SparseBlock<Real>>;

/// The local rows of A that a panel's columns are.
template <class Real>
[[nodiscard]] Range rows_of(const TransposedPanels<Real>& panels, const SparseBlock<Real>& panel) {
  const Index first = panels.front().columns().begin;
  return {panel.columns().begin - first, panel.columns().end - first};
}

/// @param rank k, the width of the factors that will be multiplied.
template <class Real>
[[nodiscard]] TransposedPanels<Real> transposed_panels(const SparseBlock<Real>& a, Index rank);

/// Bytes that transposed_panels() of it would take.
template <class Real>
[[nodiscard]] Index transposed_panels_bytes(const SparseBlock<Real>& a, Index rank);

}  // namespace tessera
