#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tessera/core/timer.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/piecewise_reduce_scatter.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/products/exchange_buffers.hpp"

namespace tessera::products {

/// Who exchanges with whom along one side of the grid.
struct ExchangePartners {
  const mpi::Communicator* node;  ///< those that share memory
  const mpi::Communicator* lane;  ///< those that send each other messages
  std::vector<int> lane_ranks;    ///< along the side
};

/// The two exchanges of one factor along its side of the grid: its pieces all-gathered into the
/// panel that a local product needs, and partial products reduce-scattered to the owners of rows.
///
/// W's runs along the grid row, for the rows of this process's block; H's along the grid column,
/// for its columns. Source: Kannan, Ballard & Park, MPI-FAUN, TKDE 2018.
///
/// Processes of one node share one panel and read each other's partial products where they lie, so
/// that messages go between nodes only: from each process to those that have the same rank in
/// their nodes (mpi::NodeGroups). Where nodes hold different numbers of the processes, or lack
/// room for shared memory, all go by messages.
///
/// Processes that share with nobody send each piece of a partial product that is worth a message as
/// soon as it is there, and compute their own rows last (mpi::PiecewiseReduceScatter).
template <class Real>
class FactorExchange {
 public:
  /// @param sums how many partial products there are at a time, of block_rows × k each.
  /// @pre `grid` and `times` outlive the object. Collective.
  [[nodiscard]] static FactorExchange of_w(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                           Index rank, Index sums, PhaseTimes& times);
  [[nodiscard]] static FactorExchange of_h(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                           Index rank, Index sums, PhaseTimes& times);

  /// W of all rows, on every process.
  [[nodiscard]] static FactorExchange of_whole_w(const DataMatrix<Real>& a,
                                                 const mpi::ProcessGrid& grid, Index rank,
                                                 PhaseTimes& times);

  [[nodiscard]] Index block_rows() const { return layout_.size() / rank_; }
  [[nodiscard]] Index own_rows() const { return layout_.length(comm_.rank()) / rank_; }

  /// Gathers the panel, block_rows × k, from everybody's piece, own_rows × k. A process without
  /// others to exchange with gets its own piece, which then has to stay where it is. Collective.
  ConstMatrixView<Real> gather(ConstMatrixView<Real> piece);
  /// What was gathered last.
  [[nodiscard]] ConstMatrixView<Real> panel() const { return panel_; }

  /// This block's share of a product, to be written before scatter_sum().
  [[nodiscard]] MatrixView<Real> partial(Index sum = 0) const { return buffers_.own_partial(sum); }
  /// Sums the partial products over the processes; each gets its own rows. Collective.
  ConstMatrixView<Real> scatter_sum(Index sum = 0);
  /// Calls step(rows), which is to write these rows of partial(), until all are written, and
  /// sends what others wait for meanwhile. Worth it before scatter_sum(), whose bits stay the same.
  template <class Step>
  void multiply(Step&& step) {
    for (const Part& part : parts_) {
      step(part.rows);
      send(part);
    }
  }

  /// This process's share of the payload of one exchange, by the formula: (c − 1)·k·s bytes for
  /// each row of the factor, c being the nodes (or processes) that hold a copy of it. One process
  /// of those along the side stands for all.
  [[nodiscard]] std::int64_t predicted_bytes() const { return predicted_bytes_; }

 private:
  /// Rows of the partial product, within the piece of one of the lane.
  struct Part {
    Range rows;
    int lane = 0;
    Index entries = 0;  ///< of the piece, up to the part's end
  };

  FactorExchange(const mpi::ProcessGrid& grid, const mpi::Communicator& comm,
                 const mpi::NodeGroups& groups, const std::vector<Index>& rows_of_process,
                 Index rank, Index sums, PhaseTimes& times);

  [[nodiscard]] bool is_alone() const { return comm_.size() == 1; }
  [[nodiscard]] Range rows_of(int process) const;
  [[nodiscard]] std::vector<Part> parts() const;
  void send(const Part& part);
  void sum_on_node(Index sum, Range rows, MatrixView<Real> total) const;

  const mpi::Communicator& comm_;
  PhaseTimes& times_;
  Index rank_;
  mpi::Layout layout_;  ///< entries of each process's piece of the panel
  ExchangePartners partners_;
  mpi::Layout lane_layout_;    ///< the lane's pieces, where they lie in the panel
  mpi::Layout packed_layout_;  ///< the lane's pieces, one behind the other
  ExchangeBuffers<Real> buffers_;
  ConstMatrixView<Real> panel_;  ///< what gather() gave last
  Matrix<Real> packed_;          ///< the node's sums of the lane's rows, where there are several
  std::vector<Matrix<Real>> own_sums_;
  std::optional<mpi::PiecewiseReduceScatter<Real>> pieces_;  ///< where pieces go one by one
  std::vector<Part> parts_;                                  ///< in the order to compute them
  std::int64_t predicted_bytes_ = 0;
};

}  // namespace tessera::products
