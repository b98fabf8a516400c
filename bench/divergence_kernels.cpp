#include <cmath>
#include <limits>

#include "tessera/kernels/beta_products.hpp"

#include "sparse_operands.hpp"

namespace tessera::bench {
namespace {

/// The pattern of sparse_matrix() with counts, what Kullback-Leibler is for: two of three are 1.
template <class Real>
const SparseBlock<Real>& count_matrix(Pattern pattern) {
  const auto count = [](SparseBlock<Real> a) {
    for (Real& value : a.held_values()) {
      value = Real{1} + std::floor(Real{3} * value * value * value);
    }
    return a;
  };
  static const SparseBlock<Real> uniform = count(sparse_matrix<Real>(Pattern::uniform));
  static const SparseBlock<Real> power_law = count(sparse_matrix<Real>(Pattern::power_law));
  return pattern == Pattern::uniform ? uniform : power_law;
}

/// Operands of a pass over the counts, and what both passes have to be.
template <class Real>
struct Pass {
  Pass(Pattern pattern, Index rank)
      : a(count_matrix<Real>(pattern)),
        w(random_matrix<Real>(kSparseRows, rank, 2)),
        h(random_matrix<Real>(kSparseColumns, rank, 3)) {}

  [[nodiscard]] kernels::BetaOperands<Real> operands() const {
    return {.w = w.view(), .h = h.view(), .floor = std::numeric_limits<Real>::min()};
  }

  /// a/(WH) of an entry.
  [[nodiscard]] double ratio(Index row, Index column, double value) const {
    double prediction = 0;
    for (Index l = 0; l < w.columns(); ++l) {
      prediction += static_cast<double>(w(row, l)) * h(column, l);
    }
    return value / prediction;
  }

  /// Each entry is predicted, and its row of coefficients added.
  [[nodiscard]] double flops() const { return 2 * product_flops(a, w.columns()); }

  const SparseBlock<Real>& a;
  Matrix<Real> w;
  Matrix<Real> h;
  kernels::BetaWorkspace<Real> workspace;
};

template <class Real>
void row_sums(benchmark::State& state, Pattern pattern, Index rank) {
  Pass<Real> pass(pattern, rank);
  Matrix<Real> numerator(kSparseRows, rank);
  const auto kernel = [&] {
    kernels::row_sums<Real>(pass.a, pass.operands(), {numerator.view(), {}}, pass.workspace);
  };
  kernel();
  double expected = 0;
  visit_entries(pass.a, [&](Index row, Index column, double value) {
    if (row == kSparseRows - 1) {
      expected += pass.ratio(row, column, value) * pass.h(column, rank - 1);
    }
  });
  if (check(state, numerator(kSparseRows - 1, rank - 1), expected,
            std::numeric_limits<Real>::epsilon(), kRowEntries + rank)) {
    measure(state, pass.flops(), gather_seconds<Real>(pass.a, std::as_const(pass.h).view()),
            kernel);
  }
}

/// From the copy of A by columns.
template <class Real>
void column_sums(benchmark::State& state, Pattern pattern, Index rank) {
  Pass<Real> pass(pattern, rank);
  Matrix<Real> numerator(kSparseColumns, rank);
  const auto panels = transposed_panels(pass.a, rank);
  const auto kernel = [&] {
    for (const auto& panel : panels) {
      const auto w = std::as_const(pass.w).view().rows(rows_of(panels, panel));
      kernels::add_row_sums<Real>(
          panel, {.w = pass.h.view(), .h = w, .floor = std::numeric_limits<Real>::min()},
          {numerator.view(), {}}, pass.workspace);
    }
  };
  kernel();
  double expected = 0;
  visit_entries(pass.a, [&](Index row, Index column, double value) {
    if (column == kSparseColumns - 1) {
      expected += pass.ratio(row, column, value) * pass.w(row, rank - 1);
    }
  });
  if (check(state, numerator(kSparseColumns - 1, rank - 1), expected,
            std::numeric_limits<Real>::epsilon(), kSparseRows + rank)) {
    measure(state, pass.flops(),
            gather_seconds<Real>(transposed_matrix<Real>(pattern), std::as_const(pass.w).view()),
            kernel);
  }
}

template <class Real>
void add(Pattern pattern) {
  add_sparse_benchmark<Real>("kl/row_sums", pattern, row_sums<Real>);
  add_sparse_benchmark<Real>("kl/column_sums", pattern, column_sums<Real>);
}

}  // namespace

void add_divergence_kernels() {
  for (const Pattern pattern : {Pattern::uniform, Pattern::power_law}) {
    add<float>(pattern);
    add<double>(pattern);
  }
}

}  // namespace tessera::bench
