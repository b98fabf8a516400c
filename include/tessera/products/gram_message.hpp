#pragma once

#include "tessera/core/requests.hpp"
#include "tessera/core/timer.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::products {

/// Sums that ride in the message of a gram matrix, so that an iteration needs no scalar
/// all-reduce. Each is this process's share before the message and the total after it.
struct Riders {
  double inner_product = 0;               ///< ⟨cross, factor⟩, for the free objective
  double squared_model_norm = 0;          ///< ‖WH‖², where no message holds both grams
  double penalty = 0;                     ///< of both factors
  double squared_projected_gradient = 0;  ///< of both factors, for the KKT residual
  double squared_cross_w = 0;             ///< ‖AHᵀ‖², for the KKT residual
  double squared_cross_h = 0;             ///< ‖AᵀW‖², for the KKT residual
  Requests requests = {};                 ///< what may be asked for between iterations
};

/// The gram matrix FᵀF of a distributed factor: local product, then one non-blocking all-reduce
/// of k² + 9 doubles, which travels while the caller computes.
template <class Real>
class GramMessage {
 public:
  GramMessage(const mpi::Communicator& comm, Index rank, PhaseTimes& times);

  /// Starts the reduction. @pre `piece` has k columns; nothing is under way. Collective.
  void begin(ConstMatrixView<Real> piece, const Riders& own);
  /// Lets the message make progress.
  void progress() { request_.test(); }
  /// Waits for the totals.
  void finish();

  [[nodiscard]] ConstMatrixView<double> gram() const { return {buffer_.data(), rank_, rank_}; }
  [[nodiscard]] Riders riders() const;

 private:
  const mpi::Communicator& comm_;
  Index rank_;
  PhaseTimes& times_;
  AlignedVector<double> buffer_;  ///< k² gram entries, then the riders as doubles
  Matrix<double> workspace_;
  mpi::Request request_;
};

}  // namespace tessera::products
