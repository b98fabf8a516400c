#include "tessera/init/truncated_svd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "tessera/core/random.hpp"
#include "tessera/kernels/gemm_skinny.hpp"
#include "tessera/scalapack/qr.hpp"

namespace tessera::init {
namespace {

constexpr Index kOversampling = 10;
constexpr Index kPowerIterations = 7;

template <class To, class From>
void convert(ConstMatrixView<From> from, MatrixView<To> to) {
  std::ranges::transform(from.span(), to.span().begin(),
                         [](From value) { return static_cast<To>(value); });
}

template <class Real>
Matrix<Real> in_precision(const Factor<double>& basis) {
  Matrix<Real> copy(basis.piece.rows(), basis.piece.columns());
  convert(basis.piece.view(), copy.view());
  return copy;
}

/// basis·vectors, for the first `count` columns of `vectors`.
Factor<double> combine(const Factor<double>& basis, const Matrix<double>& vectors, Index count) {
  Matrix<double> chosen(vectors.rows(), count);
  for (Index i = 0; i < vectors.rows(); ++i) {
    std::copy_n(vectors.view().row(i), count, chosen.view().row(i));
  }
  Factor<double> result(basis.global_rows, basis.owned, count);
  kernels::multiply<double>(basis.piece.view(), chosen.view(), result.piece.view());
  return result;
}

template <class Real>
Index smaller_side(const DataMatrix<Real>& a) {
  return std::min(a.m(), a.n());
}

/// Whether no value moved by more than the tolerance, rounding aside.
bool is_settled(const std::vector<double>& before, const std::vector<double>& now, Index count,
                double tolerance) {
  const double rounding =
      std::numeric_limits<double>::epsilon() * static_cast<double>(now.size()) * now.front();
  for (std::size_t l = 0; l < static_cast<std::size_t>(count); ++l) {
    if (std::abs(now[l] - before[l]) > tolerance * now[l] + rounding) {
      return false;
    }
  }
  return true;
}

}  // namespace

template <class Real>
SubspaceIteration<Real>::SubspaceIteration(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                           Index width, std::uint64_t seed)
    : a_(a),
      products_(a, grid, width, times_),
      context_(grid.comm()),
      q_(a.m(), a.distribution.w_piece(grid.row(), grid.column()), width),
      x_(a.n(), a.distribution.h_piece(grid.row(), grid.column()), width) {
  for (Index row = 0; row < x_.owned.size(); ++row) {
    const Index original = a.column_order.original(x_.owned.begin + row);
    for (Index l = 0; l < width; ++l) {
      x_.piece(row, l) = random::normal(seed, random::Stream::subspace, original, l);
    }
  }
}

template <class Real>
void SubspaceIteration<Real>::iterate() {
  const auto no_messages = [] {};
  const Matrix<Real> x = in_precision<Real>(x_);
  convert(products_.times_h(x.view(), no_messages), q_.piece.view());
  static_cast<void>(scalapack::orthonormalize(q_.piece.view(), context_));
  const Matrix<Real> q = in_precision<Real>(q_);
  convert(products_.transposed_times_w(q.view(), no_messages), x_.piece.view());
  r_ = scalapack::orthonormalize(x_.piece.view(), context_);
}

template <class Real>
std::vector<double> SubspaceIteration<Real>::values() const {
  return scalapack::decompose(r_.view(), context_.comm()).values;
}

template <class Real>
TruncatedSvd SubspaceIteration<Real>::leading(Index count) const {
  // QᵀA = (X·R)ᵀ with R = P·diag(σ)·Tᵀ, so QᵀA = T·diag(σ)·(X·P)ᵀ and U = Q·T, V = X·P.
  auto svd = scalapack::decompose(r_.view(), context_.comm());
  svd.values.resize(static_cast<std::size_t>(count));
  return {std::move(svd.values), combine(q_, svd.right, count), combine(x_, svd.left, count)};
}

template <class Real>
TruncatedSvd truncated_svd(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Index rank,
                           std::uint64_t seed) {
  const Index width = std::min(rank + kOversampling, smaller_side(a));
  SubspaceIteration<Real> subspace(a, grid, width, seed);
  for (Index iteration = 0; iteration <= kPowerIterations; ++iteration) {
    subspace.iterate();
  }
  return subspace.leading(rank);
}

Spectrum leading_singular_values(const DataMatrix<double>& a, const mpi::ProcessGrid& grid,
                                 const SpectrumSettings& settings) {
  const Index oversampling = std::max(kOversampling, settings.count / 2);
  const Index width = std::min(settings.count + oversampling, smaller_side(a));
  SubspaceIteration<double> subspace(a, grid, width, settings.seed);
  subspace.iterate();
  Spectrum spectrum{subspace.values(), 1, false};
  while (!spectrum.converged && spectrum.iterations < settings.max_iterations) {
    subspace.iterate();
    ++spectrum.iterations;
    auto values = subspace.values();
    spectrum.converged = is_settled(spectrum.values, values, settings.count, settings.tolerance);
    spectrum.values = std::move(values);
  }
  spectrum.values.resize(static_cast<std::size_t>(settings.count));
  return spectrum;
}

#define TESSERA_INSTANTIATE(Real)                                                              \
  template class SubspaceIteration<Real>;                                                      \
  template TruncatedSvd truncated_svd(const DataMatrix<Real>&, const mpi::ProcessGrid&, Index, \
                                      std::uint64_t);

TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)

}  // namespace tessera::init
