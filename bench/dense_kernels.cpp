#include <limits>
#include <string>
#include <vector>

#include "tessera/kernels/gemm_skinny.hpp"
#include "tessera/kernels/gram.hpp"

#include "machine_limits.hpp"
#include "operands.hpp"

namespace tessera::bench {
namespace {

constexpr Index kRows = 2000;
constexpr Index kColumns = 3000;
constexpr Index kFactorRows = 50000;

/// A is the same for every k, and large.
template <class Real>
const Matrix<Real>& dense_matrix() {
  static const Matrix<Real> matrix = random_matrix<Real>(kRows, kColumns, 1);
  return matrix;
}

template <class Real>
void multiply(benchmark::State& state, Index rank) {
  const auto& a = dense_matrix<Real>();
  const auto f = random_matrix<Real>(kColumns, rank, 2);
  Matrix<Real> result(kRows, rank);
  const auto kernel = [&] { kernels::multiply<Real>(a.view(), f.view(), result.view()); };
  kernel();
  const Index i = kRows - 1;
  for (const Index l : {Index{0}, rank - 1}) {
    double expected = 0;
    for (Index j = 0; j < kColumns; ++j) {
      expected += static_cast<double>(a(i, j)) * f(j, l);
    }
    if (!check(state, result(i, l), expected, std::numeric_limits<Real>::epsilon(), kColumns)) {
      return;
    }
  }
  const double flops = 2.0 * kRows * kColumns * static_cast<double>(rank);
  measure(state, flops, flops / square_product_rate<Real>(), kernel);
}

template <class Real>
void add_transposed_multiply(benchmark::State& state, Index rank) {
  const auto& a = dense_matrix<Real>();
  const auto f = random_matrix<Real>(kRows, rank, 2);
  Matrix<Real> result(kColumns, rank);
  const auto kernel = [&] {
    kernels::add_transposed_multiply<Real>(a.view(), f.view(), result.view());
  };
  kernel();
  const Index j = kColumns - 1;
  for (const Index l : {Index{0}, rank - 1}) {
    double expected = 0;
    for (Index i = 0; i < kRows; ++i) {
      expected += static_cast<double>(a(i, j)) * f(i, l);
    }
    if (!check(state, result(j, l), expected, std::numeric_limits<Real>::epsilon(), kRows)) {
      return;
    }
  }
  const double flops = 2.0 * kRows * kColumns * static_cast<double>(rank);
  measure(state, flops, flops / square_product_rate<Real>(), kernel);
}

/// FᵀF in double: k·(k + 1)/2 different entries.
template <class Real>
void gram(benchmark::State& state, Index rank) {
  const auto f = random_matrix<Real>(kFactorRows, rank, 2);
  Matrix<double> workspace(kernels::kGramTileRows, rank);
  Matrix<double> result(rank, rank);
  const auto kernel = [&] { kernels::gram<Real>(f.view(), workspace.view(), result.view()); };
  kernel();
  double expected = 0;
  for (Index i = 0; i < kFactorRows; ++i) {
    expected += static_cast<double>(f(i, 0)) * f(i, rank - 1);
  }
  if (check(state, result(0, rank - 1), expected, std::numeric_limits<double>::epsilon(),
            kFactorRows)) {
    const double flops = static_cast<double>(kFactorRows * rank * (rank + 1));
    measure(state, flops, flops / square_product_rate<double>(), kernel);
  }
}

template <class Real>
void add() {
  const std::string precision(kPrecision<Real>);
  add_benchmark("multiply/dense/" + precision, multiply<Real>);
  add_benchmark("transposed_multiply/dense/" + precision, add_transposed_multiply<Real>);
  add_benchmark("gram/" + precision, gram<Real>);
}

}  // namespace

void add_dense_kernels() {
  add<float>();
  add<double>();
}

}  // namespace tessera::bench
