#pragma once

#include "tessera/core/aligned.hpp"
#include "tessera/core/holdout.hpp"
#include "tessera/core/missing.hpp"
#include "tessera/matrix/block.hpp"
#include "tessera/matrix/ordering.hpp"

/// From a block of A to the entries of it that are observed. No communication.
namespace tessera {

/// Stored entries and their weights, in the same order; no weights where all are 1.
template <class Real>
struct WeightedBlock {
  SparseBlock<Real> block;
  AlignedVector<Real> weights;
};

/// Which entries of a block are observed: those that `missing` leaves and, where there is a mask,
/// for which it stores a value other than zero.
template <class Real>
struct Observation {
  Missing missing = Missing::none;
  const SparseBlock<Real>* mask = nullptr;  ///< of the same rows and columns
  bool weighted = false;                    ///< the mask's values are weights
  HoldoutRule holdout = {};                 ///< of single entries
  Ordering row_order = {};                  ///< original indices, which `holdout` speaks of
  Ordering column_order = {};
};

/// The observed entries of a block, without those held out, and these.
template <class Real>
struct ObservedBlock {
  WeightedBlock<Real> training;
  SparseBlock<Real> held_out;
};

/// Entries of a row stand by rising column. An observed place that a sparse block does not store
/// is a zero, unless zeros are missing. Works row by row; memory: the result.
/// @throws ShapeError when the mask is another rectangle, or the block of A is sparse and its zeros
/// are data but there is no mask: every place would be observed.
template <class Real>
[[nodiscard]] ObservedBlock<Real> observe(const Block<Real>& a,
                                          const Observation<Real>& observation);

/// The non-zero entries of a dense block.
/// @throws InputError for more columns than a sparse block can count.
template <class Real>
[[nodiscard]] SparseBlock<Real> to_sparse(const DenseBlock<Real>& dense);

/// A block as a factorization sees it from which whole rows and columns are held out: their
/// entries are 0 in a dense block, and not stored in a sparse one. `weights` are those of a sparse
/// block's entries, or none.
template <class Real>
[[nodiscard]] DenseBlock<Real> without_lines(const DenseBlock<Real>& a, const HoldoutRule& holdout,
                                             const Ordering& row_order,
                                             const Ordering& column_order);
template <class Real>
[[nodiscard]] WeightedBlock<Real> without_lines(const SparseBlock<Real>& a,
                                                std::span<const Real> weights,
                                                const HoldoutRule& holdout,
                                                const Ordering& row_order,
                                                const Ordering& column_order);

}  // namespace tessera
