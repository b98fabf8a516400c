#pragma once

#include <cstdint>
#include <vector>

#include "tessera/core/timer.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/products/cross.hpp"
#include "tessera/scalapack/context.hpp"
#include "tessera/scalapack/svd.hpp"

namespace tessera::init {

/// The leading part of A = U·diag(σ)·Vᵀ.
struct TruncatedSvd {
  std::vector<double> values;  ///< σ, falling, >= 0; the same on every process
  Factor<double> u;            ///< m×k, rows as those of W: left singular vectors in its columns
  Factor<double> v;  ///< n×k, rows as those of Hᵀ: right singular vectors in its columns
};

/// Randomized subspace iteration: bases X (n×l) and Q (m×l) that turn towards the leading singular
/// vectors of A, on the distributed products A·X and Aᵀ·Q.
///
/// X starts as normal variates that are a pure function of (seed, original column, component), so
/// that the same subspace is found on any number of processes and in any order of the columns. Only
/// the products are in Real; both bases and all that follows from them are in double.
/// Source: Halko, Martinsson & Tropp, SIAM Review 2011, algorithm 4.4.
template <class Real>
class SubspaceIteration {
 public:
  /// l = width. Collective. @pre 1 <= width <= min(m, n); `a` and `grid` outlive the object.
  SubspaceIteration(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Index width,
                    std::uint64_t seed);

  /// Q ← orthonormal basis of A·X, then X·R ← Aᵀ·Q. Collective.
  void iterate();
  /// The singular values of QᵀA = (X·R)ᵀ, falling: none is above that of A in its place, and they
  /// rise towards them. Collective. @pre iterate() has been called.
  [[nodiscard]] std::vector<double> values() const;
  /// The first `count` singular triplets of Q·QᵀA. Collective. @pre as for values().
  [[nodiscard]] TruncatedSvd leading(Index count) const;

 private:
  const DataMatrix<Real>& a_;
  PhaseTimes times_;  ///< not reported
  products::CrossProducts<Real> products_;
  scalapack::Context context_;
  Factor<double> q_;
  Factor<double> x_;
  Matrix<double> r_;
};

/// The k leading singular triplets, from k + 10 vectors (fewer where A is smaller) and seven
/// further power iterations: as much as a start needs. Collective. @pre 1 <= rank <= min(m, n).
template <class Real>
[[nodiscard]] TruncatedSvd truncated_svd(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                         Index rank, std::uint64_t seed);

/// Leading singular values, and how they were found.
struct Spectrum {
  std::vector<double> values;  ///< falling, >= 0
  Index iterations = 0;
  bool converged = false;
};

/// When leading_singular_values() ends.
struct SpectrumSettings {
  Index count = 1;  ///< values to find
  std::uint64_t seed = 0;
  double tolerance = 1e-6;  ///< largest relative change of a value within one iteration
  Index max_iterations = 300;
};

/// Iterates until no wanted value changes by more than the tolerance within one iteration, with
/// max(10, count / 2) vectors more than values. A value below the rounding error of the largest
/// counts as settled. The same on every process. Collective. @pre 1 <= count <= min(m, n).
[[nodiscard]] Spectrum leading_singular_values(const DataMatrix<double>& a,
                                               const mpi::ProcessGrid& grid,
                                               const SpectrumSettings& settings);

}  // namespace tessera::init
