#include <limits>
#include <string>
#include <utility>

#include "tessera/kernels/spmm.hpp"

#include "machine_limits.hpp"
#include "operands.hpp"

namespace tessera::bench {
namespace {

constexpr Index kRows = 100000;
constexpr Index kColumns = 50000;
constexpr Index kRowEntries = 20;

/// A is the same for every k.
template <class Real>
const SparseBlock<Real>& sparse_matrix(Pattern pattern) {
  static const SparseBlock<Real> uniform =
      random_sparse<Real>(kRows, kColumns, kRowEntries, Pattern::uniform);
  static const SparseBlock<Real> power_law =
      random_sparse<Real>(kRows, kColumns, kRowEntries, Pattern::power_law);
  return pattern == Pattern::uniform ? uniform : power_law;
}

/// Calls visit(row, column, value) for every stored entry.
template <class Real, class Visit>
void visit_entries(const SparseBlock<Real>& a, Visit&& visit) {
  for (std::size_t row = 0; row + 1 < a.row_offsets().size(); ++row) {
    for (Index at = a.row_offsets()[row]; at < a.row_offsets()[row + 1]; ++at) {
      visit(static_cast<Index>(row), static_cast<Index>(a.local_columns().data()[at]),
            static_cast<double>(a.values().data()[at]));
    }
  }
}

template <class Real>
double flops(const SparseBlock<Real>& a, Index rank) {
  return 2.0 * static_cast<double>(a.stored_entries() * rank);
}

template <class Real>
void multiply(benchmark::State& state, Pattern pattern, Index rank) {
  const auto& a = sparse_matrix<Real>(pattern);
  const auto f = random_matrix<Real>(kColumns, rank, 2);
  Matrix<Real> result(kRows, rank);
  const auto kernel = [&] { kernels::multiply<Real>(a, {0, kRows}, f.view(), result.view()); };
  kernel();
  double expected = 0;
  visit_entries(a, [&](Index row, Index column, double value) {
    expected += row == kRows - 1 ? value * f(column, rank - 1) : 0.0;
  });
  if (check(state, result(kRows - 1, rank - 1), expected, std::numeric_limits<Real>::epsilon(),
            kRowEntries)) {
    measure(state, flops(a, rank), gather_seconds<Real>(a, f.view()), kernel);
  }
}

template <class Real>
void add_transposed_multiply(benchmark::State& state, Pattern pattern, Index rank) {
  const auto& a = sparse_matrix<Real>(pattern);
  const auto f = random_matrix<Real>(kRows, rank, 2);
  Matrix<Real> result(kColumns, rank);
  const auto kernel = [&] {
    kernels::add_transposed_multiply<Real>(a, {0, kRows}, f.view(), result.view());
  };
  kernel();
  double expected = 0;
  visit_entries(a, [&](Index row, Index column, double value) {
    expected += column == kColumns - 1 ? value * f(row, rank - 1) : 0.0;
  });
  if (check(state, result(kColumns - 1, rank - 1), expected, std::numeric_limits<Real>::epsilon(),
            kRows)) {
    measure(state, flops(a, rank), gather_seconds<Real>(a, std::as_const(result).view()), kernel);
  }
}

template <class Real>
void inner_product(benchmark::State& state, Pattern pattern, Index rank) {
  const auto& a = sparse_matrix<Real>(pattern);
  const auto w = random_matrix<Real>(kRows, rank, 2);
  const auto h = random_matrix<Real>(kColumns, rank, 3);
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
    measure(state, flops(a, rank), gather_seconds<Real>(a, h.view()), kernel);
  }
}

template <class Real>
void add(Pattern pattern) {
  std::string suffix(name_of(pattern));
  suffix.append("/").append(kPrecision<Real>);
  const auto with_pattern = [pattern](auto body) {
    return [=](benchmark::State& state, Index rank) { body(state, pattern, rank); };
  };
  add_benchmark("multiply/" + suffix, with_pattern(multiply<Real>));
  add_benchmark("transposed_multiply/" + suffix, with_pattern(add_transposed_multiply<Real>));
  add_benchmark("inner_product/" + suffix, with_pattern(inner_product<Real>));
}

}  // namespace

void add_sparse_kernels() {
  for (const Pattern pattern : {Pattern::uniform, Pattern::power_law}) {
    add<float>(pattern);
    add<double>(pattern);
  }
}

}  // namespace tessera::bench
