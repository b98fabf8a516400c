#include "tessera/products/divergence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tessera/kernels/beta_divergence.hpp"
#include "tessera/kernels/divergence.hpp"
#include "tessera/products/factor_exchange.hpp"
#include "tessera/products/model_sum.hpp"

namespace tessera::products {
namespace {

/// x·log x, 0 at 0.
double entropy_term(double x) { return x > 0 ? x * std::log(x) : 0.0; }

/// Σ of entropy_term over sums that lie on the processes of `comm`, each of which may be counted
/// once: on the process whose `counts` is true.
double entropy_of(std::vector<double>& sums, const mpi::Communicator& along, bool counts,
                  const mpi::Communicator& all) {
  along.all_reduce_sum(std::span<double>(sums));
  double own = 0;
  for (const double sum : sums) {
    own += entropy_term(sum);
  }
  return all.sum(counts ? own : 0.0);
}

/// Σ a·log(a·N / (r_i·c_j)), of the row sums r, the column sums c and the total N.
template <class Real>
double rank_one_loss(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  const Range rows = a.distribution.row_block(grid.row());
  const Range columns = a.distribution.column_block(grid.column());
  std::vector<double> row_sums(static_cast<std::size_t>(rows.size()));
  std::vector<double> sums_of_columns(static_cast<std::size_t>(columns.size()));
  double own_entropy = 0;
  double own_total = 0;
  const auto add = [&](Index row, Index column, double value) {
    row_sums[static_cast<std::size_t>(row - rows.begin)] += value;
    sums_of_columns[static_cast<std::size_t>(column - columns.begin)] += value;
    own_entropy += entropy_term(value);
    own_total += value;
  };
  std::visit([&](const auto& block) { for_each_entry(block, add); }, a.block);
  const double total = grid.comm().sum(own_total);
  return grid.comm().sum(own_entropy) + entropy_term(total) -
         entropy_of(row_sums, grid.row_comm(), grid.column() == 0, grid.comm()) -
         entropy_of(sums_of_columns, grid.column_comm(), grid.row() == 0, grid.comm());
}

/// Σ ω·d(a | μ) over the entries that count, μ being their mean.
template <class Real>
double loss_of_mean(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, double beta) {
  const double mean = a.summary.mean;
  return kernels::with_divergence(beta, [&](const auto& divergence) {
    double sum = 0;
    std::size_t at = 0;
    const auto add = [&](Index, Index, double value) {
      const double weight = a.weights.empty() ? 1.0 : static_cast<double>(a.weights[at++]);
      sum += weight * divergence.distance(value, mean);
    };
    std::visit([&](const auto& block) { for_each_entry(block, add); }, a.block);
    const auto others =
        a.observed_only ? 0.0 : static_cast<double>(a.m() * a.n() - a.summary.stored_entries);
    return grid.comm().sum(sum) + (others > 0 ? others * divergence.distance(0.0, mean) : 0.0);
  });
}

}  // namespace

template <class Real>
double divergence(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                  const FactorPair<Real>& factors, double beta) {
  PhaseTimes unused;
  auto exchange_w = FactorExchange<Real>::of_w(a, grid, factors.rank(), 0, unused);
  auto exchange_h = FactorExchange<Real>::of_h(a, grid, factors.rank(), 0, unused);
  const auto w = exchange_w.gather(factors.w.piece.view());
  const auto h = exchange_h.gather(factors.h.piece.view());
  // By the definition: only 0 itself has no powers.
  const double floor = std::numeric_limits<Real>::min();
  const auto* sparse = std::get_if<SparseBlock<Real>>(&a.block);
  if (a.observed_only || (sparse != nullptr && beta == 1)) {
    const double own =
        kernels::divergence_of_stored<Real>(*sparse, a.weights, w, h, beta, floor, a.observed_only);
    return grid.comm().sum(own) + (a.observed_only ? 0.0 : model_sum(factors, grid.comm()));
  }
  return grid.comm().sum(kernels::divergence_of_all<Real>(a.block, w, h, beta, floor));
}

template <class Real>
double reference_loss(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, double beta) {
  if (beta == 2) {
    return 0.5 * a.summary.squared_norm;
  }
  // Of a matrix that the simple model fits, a share of what the entries weigh.
  constexpr double kLeast = 1e-9;
  const double entries = a.observed_only ? static_cast<double>(a.summary.stored_entries)
                                         : static_cast<double>(a.m()) * static_cast<double>(a.n());
  const double mean = a.summary.mean;
  const double least = mean > 0 ? kLeast * entries * std::pow(mean, beta) : 0.0;
  const bool whole_kl = beta == 1 && !a.observed_only;
  return std::max(least, whole_kl ? rank_one_loss(a, grid) : loss_of_mean(a, grid, beta));
}

#define TESSERA_INSTANTIATE(Real)                                              \
  template double divergence(const DataMatrix<Real>&, const mpi::ProcessGrid&, \
                             const FactorPair<Real>&, double);                 \
  template double reference_loss(const DataMatrix<Real>&, const mpi::ProcessGrid&, double);
TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)
#undef TESSERA_INSTANTIATE

}  // namespace tessera::products
