#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "tessera/kernels/gram.hpp"
#include "tessera/kernels/row_times_gram.hpp"
#include "tessera/kernels/tile_rows.hpp"
#include "tessera/update/update_rule.hpp"

#include "machine_limits.hpp"
#include "operands.hpp"

namespace tessera::bench {
namespace {

constexpr Index kRows = 50000;

template <class Real>
Matrix<double> random_gram(Index rank) {
  const auto other = random_matrix<Real>(3 * rank, rank, 1);
  Matrix<double> workspace(kernels::kGramTileRows, rank);
  Matrix<double> gram(rank, rank);
  kernels::gram<Real>(other.view(), workspace.view(), gram.view());
  return gram;
}

/// The first row after one sweep.
template <class Real>
std::vector<double> swept_row(const Matrix<double>& gram, const Matrix<Real>& cross,
                              const Matrix<Real>& factor) {
  std::vector<double> row(factor.view().row(0), factor.view().row(0) + factor.columns());
  for (Index l = 0; l < gram.rows(); ++l) {
    double gradient = -static_cast<double>(cross(0, l));
    for (Index j = 0; j < gram.rows(); ++j) {
      gradient += row[static_cast<std::size_t>(j)] * gram(j, l);
    }
    double& entry = row[static_cast<std::size_t>(l)];
    entry = std::max(0.0, entry - gradient / gram(l, l));
  }
  return row;
}

/// An update of `sweeps` sweeps, the transposes of rows into tiles and back included.
template <class Real>
void hals(benchmark::State& state, Index sweeps, Index rank) {
  const auto gram = random_gram<Real>(rank);
  auto cross = random_matrix<Real>(kRows, rank, 2);
  std::ranges::transform(cross.span(), cross.span().begin(),
                         [rank](Real entry) { return entry * static_cast<Real>(rank * rank); });
  auto factor = random_matrix<Real>(kRows, rank, 3);
  const auto make_rule = [&](Index most) {
    return update::make_update_rule<Real>(
        {.algorithm = Algorithm::hals, .rows = kRows, .rank = rank, .inner = {most, false}});
  };
  const auto expected = swept_row(gram, cross, factor);
  make_rule(1)->update(gram.view(), cross.view(), factor.view());
  for (Index l = 0; l < rank; ++l) {
    // An entry is the small difference of products of size k².
    const double size = static_cast<double>(rank * rank) + expected[static_cast<std::size_t>(l)];
    if (!check(state, size + factor(0, l) - expected[static_cast<std::size_t>(l)], size,
               std::numeric_limits<Real>::epsilon(), rank)) {
      return;
    }
  }
  const auto rule = make_rule(sweeps);
  const double flops = 2.0 * static_cast<double>(sweeps * kRows * rank * rank);
  measure(state, flops, flops / square_product_rate<Real>(),
          [&] { rule->update(gram.view(), cross.view(), factor.view()); });
}

template <class Real>
void row_times_gram(benchmark::State& state, Index rank) {
  const auto gram = random_matrix<Real>(rank, rank, 1);
  const auto factor = random_matrix<Real>(kRows, rank, 3);
  std::vector<Real> result(static_cast<std::size_t>(rank));
  const auto kernel = [&] {
    for (Index row = 0; row < kRows; ++row) {
      kernels::row_times_gram<Real>(factor.view().row(row), gram.view(), result.data());
    }
  };
  kernel();
  double expected = 0;
  for (Index j = 0; j < rank; ++j) {
    expected += static_cast<double>(factor(kRows - 1, j)) * gram(j, rank - 1);
  }
  if (check(state, result.back(), expected, std::numeric_limits<Real>::epsilon(), rank)) {
    const double flops = 2.0 * static_cast<double>(kRows * rank * rank);
    measure(state, flops, flops / square_product_rate<Real>(), kernel);
  }
}

template <class Real>
void rows_times_gram(benchmark::State& state, Index rank) {
  const auto gram = random_matrix<Real>(rank, rank, 1);
  const auto factor = random_matrix<Real>(kRows, rank, 3);
  Matrix<Real> result(kernels::kTileRows, rank);
  const auto kernel = [&] {
    for (Index begin = 0; begin < kRows; begin += kernels::kTileRows) {
      const Range rows{begin, std::min(begin + kernels::kTileRows, kRows)};
      kernels::rows_times_gram<Real>(factor.view().rows(rows), gram.view(),
                                     result.view().rows({0, rows.size()}));
    }
  };
  kernel();
  const Index last = (kRows - 1) % kernels::kTileRows;
  double expected = 0;
  for (Index j = 0; j < rank; ++j) {
    expected += static_cast<double>(factor(kRows - 1, j)) * gram(j, rank - 1);
  }
  if (check(state, result(last, rank - 1), expected, std::numeric_limits<Real>::epsilon(), rank)) {
    const double flops = 2.0 * static_cast<double>(kRows * rank * rank);
    measure(state, flops, flops / square_product_rate<Real>(), kernel);
  }
}

template <class Real>
void add() {
  const std::string precision(kPrecision<Real>);
  for (const Index sweeps : {1, 5}) {
    add_benchmark(
        "hals/" + std::to_string(sweeps) + "_sweeps/" + precision,
        [sweeps](benchmark::State& state, Index rank) { hals<Real>(state, sweeps, rank); });
  }
  add_benchmark("row_times_gram/" + precision, row_times_gram<Real>);
  add_benchmark("rows_times_gram/" + precision, rows_times_gram<Real>);
}

}  // namespace

void add_update_kernels() {
  add<float>();
  add<double>();
}

}  // namespace tessera::bench
