#include "tessera/init/nndsvd.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tessera/core/error.hpp"
#include "tessera/core/random.hpp"
#include "tessera/init/truncated_svd.hpp"

namespace tessera::init {
namespace {

/// Of √mean(A), the size of an entry of W and H if all were equal and k = 1.
constexpr double kSmallestEntry = 1e-6;
/// Of σ₁, in roundings of the products: singular values below this are noise.
constexpr double kNoise = 32;

/// What of a singular vector becomes a component: scale·max(sign·entry, 0).
struct Part {
  double sign = 1;
  double scale = 0;
};

struct Parts {
  std::vector<Part> w;
  std::vector<Part> h;
};

/// The columns' squared norms above and below zero: rows u⁺, u⁻, v⁺, v⁻ of the result (4×k), summed
/// over all processes.
Matrix<double> squared_part_norms(const TruncatedSvd& svd, const mpi::Communicator& comm) {
  Matrix<double> squares(4, svd.u.rank());
  const auto add = [&](const Matrix<double>& piece, Index first) {
    for (Index row = 0; row < piece.rows(); ++row) {
      for (Index l = 0; l < piece.columns(); ++l) {
        const double entry = piece(row, l);
        squares(first + (entry < 0 ? 1 : 0), l) += entry * entry;
      }
    }
  };
  add(svd.u.piece, 0);
  add(svd.v.piece, 2);
  comm.all_reduce_sum(squares.span());
  return squares;
}

void add_pair(Parts& parts, double sigma, double sign, double u_norm, double v_norm) {
  const double product = u_norm * v_norm;
  const double scale = std::sqrt(sigma * product);
  parts.w.push_back({sign, product > 0 ? scale / u_norm : 0});
  parts.h.push_back({sign, product > 0 ? scale / v_norm : 0});
}

/// For each pair the positive parts or the negative ones; nothing of pairs with σ <= noise.
Parts choose_parts(const TruncatedSvd& svd, double noise, const mpi::Communicator& comm) {
  const Matrix<double> squares = squared_part_norms(svd, comm);
  Parts parts;
  for (Index l = 0; l < svd.u.rank(); ++l) {
    const auto norm = [&](Index part) { return std::sqrt(squares(part, l)); };
    const double sigma = svd.values[static_cast<std::size_t>(l)];
    const double significant = sigma > noise ? sigma : 0;
    if (norm(0) * norm(2) > norm(1) * norm(3)) {
      add_pair(parts, significant, 1, norm(0), norm(2));
    } else {
      add_pair(parts, significant, -1, norm(1), norm(3));
    }
  }
  return parts;
}

/// The factor before zeros are filled. The first component takes its vector whole: all its entries
/// have one sign, up to rounding (Perron & Frobenius).
template <class Real>
Factor<Real> make_factor(const Factor<double>& vectors, const std::vector<Part>& parts,
                         double first_scale, double smallest) {
  Factor<Real> factor(vectors.global_rows, vectors.owned, vectors.rank());
  for (Index row = 0; row < factor.owned.size(); ++row) {
    for (Index l = 0; l < factor.rank(); ++l) {
      const auto& [sign, scale] = parts[static_cast<std::size_t>(l)];
      const double entry = vectors.piece(row, l);
      const double value = l == 0 ? first_scale * std::abs(entry) : scale * sign * entry;
      factor.piece(row, l) = static_cast<Real>(value > smallest ? value : 0);
    }
  }
  return factor;
}

/// Gives entries that are zero the value fill(original row, component).
template <class Real, class Fill>
void fill_zeros(Factor<Real>& factor, const Ordering& order, const Fill& fill) {
  for (Index row = 0; row < factor.owned.size(); ++row) {
    const Index original = order.original(factor.owned.begin + row);
    for (Index l = 0; l < factor.rank(); ++l) {
      if (factor.piece(row, l) == 0) {
        factor.piece(row, l) = static_cast<Real>(fill(original, l));
      }
    }
  }
}

}  // namespace

template <class Real>
FactorPair<Real> nndsvd_start(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Index rank,
                              Init kind, std::uint64_t seed) {
  if (kind != Init::nndsvd && kind != Init::nndsvda && kind != Init::nndsvdar) {
    throw UsageError("the start " + std::string(name_of(kind)) + " is no kind of nndsvd");
  }
  const auto svd = truncated_svd(a, grid, rank, seed);
  const double sigma = svd.values.front();
  const double noise = kNoise * std::numeric_limits<Real>::epsilon() * sigma;
  const Parts parts = choose_parts(svd, noise, grid.comm());
  const double mean = static_cast<float>(a.summary.mean);
  const double smallest = kSmallestEntry * std::sqrt(mean);
  FactorPair<Real> factors{make_factor<Real>(svd.u, parts.w, std::sqrt(sigma), smallest),
                           make_factor<Real>(svd.v, parts.h, std::sqrt(sigma), smallest)};

  const auto fill = [&](random::Stream stream) {
    return [=](Index original, Index l) {
      return kind == Init::nndsvda
                 ? mean
                 : std::abs(mean * random::normal(seed, stream, original, l)) / 100;
    };
  };
  if (kind != Init::nndsvd) {
    fill_zeros(factors.w, a.row_order, fill(random::Stream::factor_w));
    fill_zeros(factors.h, a.column_order, fill(random::Stream::factor_h));
  }
  return factors;
}

template FactorPair<float> nndsvd_start(const DataMatrix<float>&, const mpi::ProcessGrid&, Index,
                                        Init, std::uint64_t);
template FactorPair<double> nndsvd_start(const DataMatrix<double>&, const mpi::ProcessGrid&, Index,
                                         Init, std::uint64_t);

}  // namespace tessera::init
