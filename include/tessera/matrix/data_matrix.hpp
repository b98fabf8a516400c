#pragma once

#include <variant>

#include "tessera/matrix/block.hpp"
#include "tessera/matrix/partition.hpp"

namespace tessera {

/// Global numbers about A, the same on every process.
struct MatrixSummary {
  double squared_norm = 0;  ///< ‖A‖²
  double mean = 0;          ///< over all m·n entries
  double minimum = 0;
  double maximum = 0;
  Index nonzeros = 0;
  Index not_finite = 0;
  Index negative = 0;
  std::uint64_t fingerprint = 0;
  Index stored_entries = 0;  ///< of all processes; m·n for a dense matrix
  double imbalance = 1;      ///< most stored entries of a process over their mean
};

/// A (m×n), distributed: this process's block, how the whole is cut, and what it amounts to.
template <class Real>
struct DataMatrix {
  Distribution distribution;
  Block<Real> block;
  MatrixSummary summary;
  Ordering row_order = Ordering(distribution.m());     ///< of the user's rows in A
  Ordering column_order = Ordering(distribution.n());  ///< of the user's columns in A

  bool observed_only = false;        ///< entries that are not stored are missing, not zero
  AlignedVector<Real> weights = {};  ///< of a sparse block's stored entries, in order; empty: all 1

  [[nodiscard]] Index m() const { return distribution.m(); }
  [[nodiscard]] Index n() const { return distribution.n(); }
  [[nodiscard]] bool is_sparse() const { return std::holds_alternative<SparseBlock<Real>>(block); }
};

}  // namespace tessera
