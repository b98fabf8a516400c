#pragma once

#include "tessera/core/timer.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::products {

/// The two exchanges of one factor along its side of the grid: its pieces all-gathered into the
/// panel that a local product needs, and partial products reduce-scattered to the owners of rows.
///
/// W's runs along the grid row, for the rows of this process's block; H's along the grid column,
/// for its columns. Source: Kannan, Ballard & Park, MPI-FAUN, TKDE 2018.
template <class Real>
class FactorExchange {
 public:
  /// @pre `grid` and `times` outlive the object.
  [[nodiscard]] static FactorExchange of_w(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                           Index rank, PhaseTimes& times);
  [[nodiscard]] static FactorExchange of_h(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                           Index rank, PhaseTimes& times);

  /// W of all rows, on every process.
  [[nodiscard]] static FactorExchange of_whole_w(const DataMatrix<Real>& a,
                                                 const mpi::ProcessGrid& grid, Index rank,
                                                 PhaseTimes& times);

  [[nodiscard]] Index block_rows() const { return panel_.rows(); }
  [[nodiscard]] Index own_rows() const { return layout_.length(comm_.rank()) / panel_.columns(); }

  /// Gathers the panel, block_rows × k, from everybody's piece, own_rows × k. Collective.
  ConstMatrixView<Real> gather(ConstMatrixView<Real> piece);
  /// What was gathered last.
  [[nodiscard]] ConstMatrixView<Real> panel() const { return panel_.view(); }
  /// Sums `partial`, block_rows × k, over the processes; each keeps its own rows. Collective.
  void scatter_sum(ConstMatrixView<Real> partial, MatrixView<Real> own) const;

 private:
  FactorExchange(const mpi::Communicator& comm, const std::vector<Index>& rows_of_process,
                 Index rank, PhaseTimes& times);

  const mpi::Communicator& comm_;
  PhaseTimes& times_;
  mpi::Layout layout_;  ///< entries of each process's piece of the panel
  Matrix<Real> panel_;
};

}  // namespace tessera::products
