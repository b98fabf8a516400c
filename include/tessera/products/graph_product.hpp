#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/core/timer.hpp"
#include "tessera/matrix/coupling.hpp"
#include "tessera/matrix/piece_owners.hpp"
#include "tessera/matrix/row_graph.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::products {

/// The product S·F of a graph with the factor whose rows are its nodes.
///
/// Each process keeps the rows of S that belong to its piece of F and needs, beside its own, the
/// rows of F that these name. S being symmetric, a process knows by its own rows of S who needs
/// which rows of its piece, so an exchange is one all-to-all of these rows and nothing else. Its
/// payload, all processes together, is k·s bytes (s per value) for every pair of a row and another
/// process that holds a neighbour of it. Its time counts as all-gather. Memory: the own piece, the
/// rows received and S·F.
template <class Real>
class GraphProduct {
 public:
  /// For μ·S. `pieces` are the rows of F of all processes, by rank.
  /// @pre the graph is symmetric, also in which entries are there; pieces[comm.rank()] is
  /// graph.owned. `comm` and `times` outlive the object. @throws ShapeError. No communication.
  GraphProduct(const RowGraph<Real>& graph, double mu, std::span<const Range> pieces,
               const mpi::Communicator& comm, Index rank, PhaseTimes& times);

  /// Fetches what S·F needs, and computes it. @pre `piece` are the own rows of F. Collective.
  void multiply(ConstMatrixView<Real> piece);

  /// Of the last F: μ·S·F of the own rows, and μ·D, D_ii = Σ_i' s_ii'.
  [[nodiscard]] Coupling<Real> coupling() const { return {product_.view(), degrees_}; }
  /// Of the last F: the own rows' share of ½μ·tr(FᵀLF) = ¼μ·Σ_{i,i'} s_ii'·‖f_i − f_i'‖², L = D −
  /// S, in double.
  [[nodiscard]] double penalty() const;

  /// This process's share of what one exchange moves, and of what all of them have moved.
  [[nodiscard]] std::int64_t bytes_per_exchange() const;
  [[nodiscard]] std::int64_t bytes_moved() const { return exchanges_ * bytes_per_exchange(); }

 private:
  void plan_exchange(const RowGraph<Real>& graph, const PieceOwners& owners, Index rank);
  void exchange(ConstMatrixView<Real> piece);

  const mpi::Communicator& comm_;
  PhaseTimes& times_;
  std::vector<Index> offsets_;     ///< of the own rows of S
  std::vector<Index> neighbours_;  ///< rows of panel_
  AlignedVector<Real> weights_;    ///< times μ
  AlignedVector<Real> degrees_;
  std::vector<Index> rows_to_send_;  ///< own rows, by the process that needs them
  std::vector<Index> send_counts_;   ///< coefficients, per process
  std::vector<Index> receive_counts_;
  AlignedVector<Real> outgoing_;
  Matrix<Real> panel_;  ///< own rows of F, then the rows received
  Matrix<Real> product_;
  Index exchanges_ = 0;
};

}  // namespace tessera::products
