#pragma once

#include <optional>

#include "tessera/core/aligned.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/node_memory.hpp"

namespace tessera::products {

/// Where one factor's panel and the partial products for its rows lie: with each process, or, for
/// processes of one node, in memory that they share, so that there is one panel for all of them
/// and each can read what the others have summed up.
///
///   | panel | sums of process 0 | sums of process 1 | ...      all block_rows × k
template <class Real>
class ExchangeBuffers {
 public:
  /// @param node the processes that share memory; may be one alone. It outlives the object.
  /// Collective on it. @throws mpi::MpiError when there is no memory to share.
  ExchangeBuffers(const mpi::Communicator& node, Index panel_rows, Index block_rows, Index rank,
                  Index sums);

  [[nodiscard]] static Index bytes(int processes, Index panel_rows, Index block_rows, Index rank,
                                   Index sums);

  [[nodiscard]] MatrixView<Real> panel() const { return {at(0), panel_rows_, rank_}; }
  [[nodiscard]] MatrixView<Real> partial(int process, Index sum) const;
  /// Of this process.
  [[nodiscard]] MatrixView<Real> own_partial(Index sum) const { return partial(own_, sum); }

  /// Waits until all are here, and have written what they wrote before. Collective on the node.
  void synchronize() const;

 private:
  [[nodiscard]] Real* at(Index section) const;

  int own_;
  Index panel_rows_;
  Index block_rows_;
  Index rank_;
  Index sums_;
  std::optional<mpi::NodeMemory> shared_;
  mutable AlignedVector<Real> own_memory_;
};

}  // namespace tessera::products
