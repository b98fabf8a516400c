#pragma once

#include <variant>

#include "tessera/matrix/block.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/matrix/row_graph.hpp"
#include "tessera/matrix/transposed_panels.hpp"

namespace tessera {

/// Global numbers about A, the same on every process.
struct MatrixSummary {
  double squared_norm = 0;  ///< ‖A‖², Σ w·a² over the observed entries
  double mean = 0;          ///< Σ w·a / Σ w over them
  double minimum = 0;
  double maximum = 0;
  Index nonzeros = 0;
  Index not_finite = 0;
  Index negative = 0;
  std::uint64_t fingerprint = 0;
  Index stored_entries = 0;  ///< of all processes; m·n for a dense matrix
  double imbalance = 1;      ///< most stored entries of a process over their mean
  double total_weight = 0;   ///< Σ w over the observed entries; m·n when all count as 1
  Index held_out_entries = 0;
};

/// A (m×n), distributed: this process's block, how the whole is cut, and what it amounts to.
///
/// Where entries are missing, weighted or held out, the block is sparse and stores the observed
/// ones, a zero among them being an observed zero. No place is in both `block` and `held_out`.
template <class Real>
struct DataMatrix {
  Distribution distribution;
  Block<Real> block;
  MatrixSummary summary;
  Ordering row_order = Ordering(distribution.m());     ///< of the user's rows in A
  Ordering column_order = Ordering(distribution.n());  ///< of the user's columns in A
  RowGraph<Real> row_graph = {};     ///< of this process's rows of W; unset unless asked for
  bool observed_only = false;        ///< entries that are not stored are missing, not zero
  AlignedVector<Real> weights = {};  ///< of the stored entries of a sparse block, in their order;
                                     ///< empty: all 1
  TransposedPanels<Real> transposed = {};  ///< of a sparse block; empty unless memory allows it
  SparseBlock<Real> held_out = {};  ///< entries kept back for scoring, with this process's rows
                                    ///< and columns; empty unless asked for

  [[nodiscard]] Index m() const { return distribution.m(); }
  [[nodiscard]] Index n() const { return distribution.n(); }
  [[nodiscard]] bool is_sparse() const { return std::holds_alternative<SparseBlock<Real>>(block); }
  /// Frees the values of a sparse block if all are 1. Products keep their bits: 1·x is exact.
  void imply_ones() {
    if (auto* sparse = std::get_if<SparseBlock<Real>>(&block)) {
      sparse->imply_ones();
    }
  }
};

}  // namespace tessera
