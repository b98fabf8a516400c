#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "tessera/matrix/dense_block.hpp"
#include "tessera/matrix/ordering.hpp"
#include "tessera/matrix/sparse_block.hpp"

namespace tessera {

/// A process's block of A, dense or sparse. What works on either says std::visit; the loop and the
/// rules do not know which.
template <class Real>
using Block = std::variant<DenseBlock<Real>, SparseBlock<Real>>;

/// Calls visit(global row, global column, value) with each stored entry, row by row.
template <class Real, class Visit>
void for_each_entry(const DenseBlock<Real>& block, Visit&& visit) {
  const auto entries = block.entries();
  for (Index i = 0; i < entries.rows(); ++i) {
    for (Index j = 0; j < entries.columns(); ++j) {
      visit(block.rows().begin + i, block.columns().begin + j, entries(i, j));
    }
  }
}

template <class Real, class Visit>
void for_each_entry(const SparseBlock<Real>& block, Visit&& visit) {
  for (Index i = 0; i < block.rows().size(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    for (Index at = block.row_offsets()[row]; at < block.row_offsets()[row + 1]; ++at) {
      const auto entry = static_cast<std::size_t>(at);
      visit(block.rows().begin + i, block.columns().begin + block.local_columns()[entry],
            block.values()[entry]);
    }
  }
}

/// Numbers about the stored entries of one block that add up, or combine, over blocks.
struct BlockStatistics {
  double sum = 0;
  double sum_of_squares = 0;
  double minimum = 0;  ///< over all finite entries; 0 when there is none
  double maximum = 0;
  double sum_of_weights = 0;  ///< of the finite entries
  Index nonzeros = 0;
  Index not_finite = 0;
  Index negative = 0;
  /// Order-free hash of (original row, original column, value) over the non-zero entries: the same
  /// for a matrix however it is stored, cut and shuffled. Where only stored entries are observed,
  /// over all of these, with the weights that are not 1.
  std::uint64_t fingerprint = 0;
};

template <class Real>
[[nodiscard]] BlockStatistics statistics(const DenseBlock<Real>& block, const Ordering& rows = {},
                                         const Ordering& columns = {});
template <class Real>
[[nodiscard]] BlockStatistics statistics(const SparseBlock<Real>& block, const Ordering& rows = {},
                                         const Ordering& columns = {});

/// Of entries that are all that is observed; sums are weighted. @pre weights has one for each
/// stored entry, or none where all are 1.
template <class Real>
[[nodiscard]] BlockStatistics statistics_of_observed(const SparseBlock<Real>& block,
                                                     std::span<const Real> weights,
                                                     const Ordering& rows, const Ordering& columns);

/// An entry that no factorization can take, with its original place.
struct InvalidEntry {
  Index row = 0;
  Index column = 0;
  double value = 0;
};

/// Of the negative, NaN or infinite entries the first by original row, then column.
template <class Real>
[[nodiscard]] std::optional<InvalidEntry> find_invalid(const DenseBlock<Real>& block,
                                                       const Ordering& rows = {},
                                                       const Ordering& columns = {});
template <class Real>
[[nodiscard]] std::optional<InvalidEntry> find_invalid(const SparseBlock<Real>& block,
                                                       const Ordering& rows = {},
                                                       const Ordering& columns = {});

}  // namespace tessera
