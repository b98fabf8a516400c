#pragma once

#include <cstdint>

#include "tessera/config/options.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::init {

/// W and H from the leading singular triplets of A: non-negative double SVD.
///
/// The first triplet gives √σ·|u| and √σ·|v|. Of every further pair (u, v) the positive parts or
/// the negative ones, whichever have the larger product of norms μ = ‖u±‖·‖v±‖, give √(σμ)·u±/‖u±‖
/// and √(σμ)·v±/‖v±‖. Entries below 1e-6·√mean(A), and pairs whose σ is rounding error, become
/// zero. What then is zero
///
///   nndsvd    stays zero, for ever with the multiplicative rule
///   nndsvda   becomes mean(A)
///   nndsvdar  becomes |mean(A)·N(0, 1)| / 100, a pure function of (seed, factor, original row,
///             component)
///
/// This is scikit-learn's `init` of the same name, but for the smallest entries, which it compares
/// with 1e-6 whatever the unit of A. Factors on different process grids agree to rounding, unless
/// the two products of a pair do. The mean is rounded to 24 bits, as for the random start.
/// Source: Boutsidis & Gallopoulos, Pattern Recognition 2008. Collective.
/// @pre 1 <= rank <= min(m, n). @throws UsageError if `kind` is another start.
template <class Real>
[[nodiscard]] FactorPair<Real> nndsvd_start(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                            Index rank, Init kind, std::uint64_t seed);

}  // namespace tessera::init
