#pragma once

#include <cstdint>

#include "tessera/config/options.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::app {

/// The starts of a factorization: what --init, --seed and --fix-h say.
template <class Real>
class Starts {
 public:
  /// Reads the components to be kept fixed, if any. `a`, `grid` and `solver` outlive the object.
  /// Collective. @throws mpi::AgreedError.
  Starts(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, const SolverOptions& solver);

  /// The first so many components of H are given, and stay.
  [[nodiscard]] Index fixed() const { return fixed_.rank(); }
  /// W and H for this seed. Collective. @throws mpi::AgreedError.
  [[nodiscard]] FactorPair<Real> make(std::uint64_t seed) const;

 private:
  [[nodiscard]] FactorPair<Real> initial(std::uint64_t seed) const;

  const DataMatrix<Real>& a_;
  const mpi::ProcessGrid& grid_;
  const SolverOptions& solver_;
  Factor<Real> fixed_;  ///< pieces of Hᵀ, n × fixed()
};

}  // namespace tessera::app
