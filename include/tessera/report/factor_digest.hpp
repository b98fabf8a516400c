#pragma once

#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::report {

/// What one component amounts to in one factor: over a column of W or a row of H.
struct ComponentSums {
  double sum = 0;
  double squares = 0;
  double largest = 0;
  Index leads = 0;  ///< rows of the factor in which this component is the largest, the first of
                    ///< equal ones; rows of zeros have none
};

/// How few of n entries hold the weight: 0 when all are equal, 1 when only one is not zero,
/// (√n − ‖x‖₁/‖x‖₂) / (√n − 1). Not a number for zeros, and for n = 1.
/// Source: Hoyer, Journal of Machine Learning Research 5 (2004), section 3.1.
[[nodiscard]] double hoyer_sparseness(const ComponentSums& sums, Index n);

/// Sums over one factor that passes by in pieces: rows of W, or of Hᵀ.
class FactorDigest {
 public:
  explicit FactorDigest(Index rank) : sums_(static_cast<std::size_t>(rank)) {}

  /// @pre rows has as many columns as the rank.
  void add(ConstMatrixView<double> rows);
  /// Makes of what every process has seen what all of them have. Collective.
  void combine(const mpi::Communicator& comm);

  [[nodiscard]] const std::vector<ComponentSums>& sums() const { return sums_; }

 private:
  std::vector<ComponentSums> sums_;
};

/// The share of each component in the sum of all entries of W·H, (Σ_i w_il)(Σ_j h_lj): they add up
/// to 1, or are all 0 for a product of zeros.
[[nodiscard]] std::vector<double> component_shares(const std::vector<ComponentSums>& w,
                                                   const std::vector<ComponentSums>& h);

}  // namespace tessera::report
