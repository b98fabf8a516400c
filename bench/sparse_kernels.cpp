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

template <class Real>
void add_transposed_multiply(benchmark::State& state, Pattern pattern, Index rank) {
  measure_transposed_product<Real>(
      state, pattern, rank, [](const auto& a, ConstMatrixView<Real> f, MatrixView<Real> result) {
        kernels::add_transposed_multiply<Real>(a, {0, kSparseRows}, f, result);
      });
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
  add_sparse_benchmark<Real>("transposed_multiply", pattern, add_transposed_multiply<Real>);
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
