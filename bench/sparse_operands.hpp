#pragma once

#include <limits>
#include <utility>

#include "tessera/matrix/transposed_panels.hpp"

#include "machine_limits.hpp"
#include "operands.hpp"

/// The sparse matrices that every benchmark of a sparse kernel runs on.
namespace tessera::bench {

inline constexpr Index kSparseRows = 100000;
inline constexpr Index kSparseColumns = 50000;
inline constexpr Index kRowEntries = 20;

/// A is the same for every k.
template <class Real>
const SparseBlock<Real>& sparse_matrix(Pattern pattern) {
  static const SparseBlock<Real> uniform =
      random_sparse<Real>(kSparseRows, kSparseColumns, kRowEntries, Pattern::uniform);
  static const SparseBlock<Real> power_law =
      random_sparse<Real>(kSparseRows, kSparseColumns, kRowEntries, Pattern::power_law);
  return pattern == Pattern::uniform ? uniform : power_law;
}

/// Aᵀ in one piece.
template <class Real>
const SparseBlock<Real>& transposed_matrix(Pattern pattern) {
  static const auto uniform = transposed_panels(sparse_matrix<Real>(Pattern::uniform), 1);
  static const auto power_law = transposed_panels(sparse_matrix<Real>(Pattern::power_law), 1);
  return (pattern == Pattern::uniform ? uniform : power_law).front();
}

/// Calls visit(row, column, value) for every stored entry.
template <class Real, class Visit>
void visit_entries(const SparseBlock<Real>& a, Visit&& visit) {
  for (std::size_t row = 0; row + 1 < a.row_offsets().size(); ++row) {
    for (Index at = a.row_offsets()[row]; at < a.row_offsets()[row + 1]; ++at) {
      visit(static_cast<Index>(row), static_cast<Index>(a.local_columns().data()[at]),
            static_cast<double>(a.values()[at]));
    }
  }
}

/// Of a product of the stored entries with k columns.
template <class Real>
double product_flops(const SparseBlock<Real>& a, Index rank) {
  return 2.0 * static_cast<double>(a.stored_entries() * rank);
}

/// Times A·F as `product(a, f, result)` forms it, against the gathering of F's rows.
template <class Real, class Product>
void measure_product(benchmark::State& state, Pattern pattern, Index rank, Product&& product) {
  const auto& a = sparse_matrix<Real>(pattern);
  const auto f = random_matrix<Real>(kSparseColumns, rank, 2);
  Matrix<Real> result(kSparseRows, rank);
  const auto kernel = [&] { product(a, f.view(), result.view()); };
  kernel();
  double expected = 0;
  visit_entries(a, [&](Index row, Index column, double value) {
    expected += row == kSparseRows - 1 ? value * f(column, rank - 1) : 0.0;
  });
  if (check(state, result(kSparseRows - 1, rank - 1), expected,
            std::numeric_limits<Real>::epsilon(), kRowEntries)) {
    measure(state, product_flops(a, rank), gather_seconds<Real>(a, f.view()), kernel);
  }
}

/// Times result += Aᵀ·F as `product(a, f, result)` forms it, against the gathering of the result's
/// rows.
template <class Real, class Product>
void measure_transposed_product(benchmark::State& state, Pattern pattern, Index rank,
                                Product&& product) {
  const auto& a = sparse_matrix<Real>(pattern);
  const auto f = random_matrix<Real>(kSparseRows, rank, 2);
  Matrix<Real> result(kSparseColumns, rank);
  const auto kernel = [&] { product(a, f.view(), result.view()); };
  kernel();
  double expected = 0;
  visit_entries(a, [&](Index row, Index column, double value) {
    expected += column == kSparseColumns - 1 ? value * f(row, rank - 1) : 0.0;
  });
  if (check(state, result(kSparseColumns - 1, rank - 1), expected,
            std::numeric_limits<Real>::epsilon(), kSparseRows)) {
    measure(state, product_flops(a, rank), gather_seconds<Real>(a, std::as_const(result).view()),
            kernel);
  }
}

/// Registers name/PATTERN/PRECISION/k:RANK; body(state, pattern, rank) as add_benchmark() has it.
template <class Real, class Body>
void add_sparse_benchmark(const std::string& name, Pattern pattern, Body body) {
  std::string full = name + "/";
  full.append(name_of(pattern)).append("/").append(kPrecision<Real>);
  add_benchmark(full, [=](benchmark::State& state, Index rank) { body(state, pattern, rank); });
}

}  // namespace tessera::bench
