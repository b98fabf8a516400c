#include <limits>

#include "tessera/kernels/spmm.hpp"

#include "sparse_operands.hpp"

namespace tessera::bench {
namespace {

template <class Real>
void multiply(benchmark::State& state, Pattern pattern, Index rank) {
  measure_product<Real>(state, pattern, rank,
                        [](const auto& a, ConstMatrixView<Real> f, MatrixView<Real> result) {
                          kernels::multiply<Real>(a, {0, kSparseRows}, f, result);
                        });
}

/// Aᵀ·F from A itself, which scatters.
template <class Real>
void scatter(benchmark::State& state, Pattern pattern, Index rank) {
  measure_transposed_product<Real>(
      state, pattern, rank, [](const auto& a, ConstMatrixView<Real> f, MatrixView<Real> result) {
        kernels::add_transposed_multiply<Real>(a, {0, kSparseRows}, f, result);
      });
}

/// Aᵀ·F from the copy of A by columns, against the gathering of F's rows in the order of Aᵀ, which
/// is beaten where the copy is cut into panels.
template <class Real>
void transposed_multiply(benchmark::State& state, Pattern pattern, Index rank) {
  const auto& a = sparse_matrix<Real>(pattern);
  const auto panels = transposed_panels(a, rank);
  const auto f = random_matrix<Real>(kSparseRows, rank, 2);
  Matrix<Real> result(kSparseColumns, rank);
  const auto kernel = [&] {
    kernels::add_transposed_multiply<Real>(panels, {0, kSparseColumns}, f.view(), result.view());
  };
  kernel();
  double expected = 0;
  visit_entries(a, [&](Index row, Index column, double value) {
    expected += column == kSparseColumns - 1 ? value * f(row, rank - 1) : 0.0;
  });
  const double bound = gather_seconds<Real>(transposed_matrix<Real>(pattern), f.view());
  if (check(state, result(kSparseColumns - 1, rank - 1), expected,
            std::numeric_limits<Real>::epsilon(), kSparseRows)) {
    measure(state, product_flops(a, rank), bound, kernel);
  }
}

template <class Real>
void inner_product(benchmark::State& state, Pattern pattern, Index rank) {
  const auto& a = sparse_matrix<Real>(pattern);
  const auto w = random_matrix<Real>(kSparseRows, rank, 2);
  const auto h = random_matrix<Real>(kSparseColumns, rank, 3);
  double result = 0;
  const auto kernel = [&] { result = kernels::inner_product_with<Real>(a, w.view(), h.view()); };
  kernel();
  double expected = 0;
  visit_entries(a, [&](Index row, Index column, double value) {
    for (Index l = 0; l < rank; ++l) {
      expected += value * w(row, l) * h(column, l);
    }
  });
  if (check(state, result, expected, std::numeric_limits<double>::epsilon(), a.stored_entries())) {
    measure(state, product_flops(a, rank), gather_seconds<Real>(a, h.view()), kernel);
  }
}

template <class Real>
void add(Pattern pattern) {
  add_sparse_benchmark<Real>("multiply", pattern, multiply<Real>);
  add_sparse_benchmark<Real>("transposed_multiply", pattern, transposed_multiply<Real>);
  add_sparse_benchmark<Real>("scatter", pattern, scatter<Real>);
  add_sparse_benchmark<Real>("inner_product", pattern, inner_product<Real>);
}

}  // namespace

void add_sparse_kernels() {
  for (const Pattern pattern : {Pattern::uniform, Pattern::power_law}) {
    add<float>(pattern);
    add<double>(pattern);
  }
}

}  // namespace tessera::bench
