#include <cstdint>
#include <vector>

#include "eigen_product.hpp"
#include "sparse_operands.hpp"

namespace tessera::bench {
namespace {

template <class Real>
std::vector<std::int32_t> short_offsets(const SparseBlock<Real>& a) {
  std::vector<std::int32_t> offsets;
  offsets.reserve(a.row_offsets().size());
  for (const Index offset : a.row_offsets()) {
    offsets.push_back(static_cast<std::int32_t>(offset));
  }
  return offsets;
}

template <class Real>
void multiply(benchmark::State& state, Pattern pattern, Index rank) {
  const auto offsets = short_offsets(sparse_matrix<Real>(pattern));
  measure_product<Real>(state, pattern, rank,
                        [&](const auto& a, ConstMatrixView<Real> f, MatrixView<Real> result) {
                          eigen_multiply<Real>(a, offsets, f, result);
                        });
}

template <class Real>
void add_transposed_multiply(benchmark::State& state, Pattern pattern, Index rank) {
  const auto offsets = short_offsets(sparse_matrix<Real>(pattern));
  measure_transposed_product<Real>(
      state, pattern, rank, [&](const auto& a, ConstMatrixView<Real> f, MatrixView<Real> result) {
        eigen_add_transposed_multiply<Real>(a, offsets, f, result);
      });
}

template <class Real>
void add(Pattern pattern) {
  add_sparse_benchmark<Real>("eigen/multiply", pattern, multiply<Real>);
  add_sparse_benchmark<Real>("eigen/transposed_multiply", pattern, add_transposed_multiply<Real>);
}

}  // namespace

void add_eigen_kernels() {
  for (const Pattern pattern : {Pattern::uniform, Pattern::power_law}) {
    add<float>(pattern);
    add<double>(pattern);
  }
}

}  // namespace tessera::bench
