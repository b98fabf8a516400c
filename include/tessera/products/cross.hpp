#pragma once

#include <functional>

#include "tessera/core/timer.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/products/factor_exchange.hpp"

namespace tessera::products {

/// Called between panels of a local product, so that pending messages can make progress.
using Progress = std::function<void()>;

/// Turns some rows of the local W into new ones, given the same rows of A·Hᵀ.
template <class Real>
using RowsUpdate = std::function<void(Range rows, ConstMatrixView<Real> cross)>;

/// Whether CrossProducts::pass_once() is faster than two passes, by measurement
/// (docs/distribution.md).
template <class Real>
[[nodiscard]] bool one_pass_pays(const DataMatrix<Real>& a, Index rank);

/// The products of A with a factor, which are all that the matrix is needed for.
///
/// A·Hᵀ: the pieces of Hᵀ are all-gathered along the grid column, multiplied with the local
/// block, and the partial sums reduce-scattered along the grid row, which leaves on each process
/// the rows of its own piece of W. Aᵀ·W mirrors it. Buffers are allocated once.
///
/// Payload of one pair, all processes together: 2·k·s·[(p_c − 1)·m + (p_r − 1)·n] bytes for values
/// of s bytes, where of processes that share memory only one in each grid row or column counts
/// (FactorExchange). Source: Kannan, Ballard & Park, MPI-FAUN, TKDE 2018.
template <class Real>
class CrossProducts {
 public:
  /// @pre `a` and `grid` outlive the object.
  CrossProducts(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Index rank,
                PhaseTimes& times);

  /// A·Hᵀ: this process's rows of it, one per row of its piece of W. Collective.
  ConstMatrixView<Real> times_h(ConstMatrixView<Real> h_piece, const Progress& progress);
  /// Aᵀ·W: this process's rows of it, one per row of its piece of Hᵀ. Collective.
  ConstMatrixView<Real> transposed_times_w(ConstMatrixView<Real> w_piece, const Progress& progress);

  /// Both products in one pass over A, where the rows of A·Hᵀ are complete as they come: calls
  /// update(rows, cross) for consecutive rows, which is to leave the new rows in `w`, and
  /// multiplies with them while A's are in the cache. The bits are those of the two products above,
  /// if `update` goes by rows. Collective. @pre p_c = 1.
  void pass_once(ConstMatrixView<Real> h_piece, ConstMatrixView<Real> w_piece,
                 const RowsUpdate<Real>& update);
  /// Aᵀ·W of the last pass_once(). Collective.
  ConstMatrixView<Real> sum_transposed() { return h_.scatter_sum(); }

  /// Products computed so far.
  [[nodiscard]] Index computed() const { return computed_; }
  /// This process's share of what the two products of an iteration move, and of what those computed
  /// so far have moved.
  [[nodiscard]] std::int64_t predicted_bytes_per_pair() const { return bytes_per_pair_; }
  [[nodiscard]] std::int64_t predicted_bytes() const { return bytes_per_pair_ / 2 * computed_; }

  /// W of the whole row block, H of the whole column block, gathered from their pieces.
  ConstMatrixView<Real> gather_w(ConstMatrixView<Real> w_piece) { return w_.gather(w_piece); }
  ConstMatrixView<Real> gather_h(ConstMatrixView<Real> h_piece) { return h_.gather(h_piece); }

 private:
  const DataMatrix<Real>& a_;
  PhaseTimes& times_;
  Index computed_ = 0;
  FactorExchange<Real> w_;
  FactorExchange<Real> h_;
  std::int64_t bytes_per_pair_;
};

}  // namespace tessera::products
