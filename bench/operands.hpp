#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "tessera/matrix/matrix.hpp"
#include "tessera/matrix/sparse_block.hpp"

/// What the benchmarks of kernels share: ranks, operands, and how a figure is reported.
namespace tessera::bench {

inline constexpr Index kRanks[] = {8, 16, 32, 48, 50, 64, 96, 100, 128};

template <class Real>
constexpr std::string_view kPrecision = sizeof(Real) == sizeof(float) ? "float32" : "float64";

enum class Pattern { uniform, power_law };
[[nodiscard]] std::string_view name_of(Pattern pattern);

/// Entries in [0, 1), a function of the seed.
template <class Real>
[[nodiscard]] Matrix<Real> random_matrix(Index rows, Index columns, std::uint64_t seed);

/// About `row_entries` stored entries in each row: in columns drawn evenly, or so that few columns,
/// anywhere among the others, have most of them.
template <class Real>
[[nodiscard]] SparseBlock<Real> random_sparse(Index rows, Index columns, Index row_entries,
                                              Pattern pattern);

/// Registers kernel/.../k:RANK for every rank: `body` makes its operands, checks a result and then
/// times the kernel with measure().
void add_benchmark(const std::string& name,
                   const std::function<void(benchmark::State&, Index)>& body);

/// Times `kernel` and reports flop/s and, as `ratio`, the limit's seconds over its own.
void measure(benchmark::State& state, double flops, double limit_seconds,
             const std::function<void()>& kernel);

/// Whether `actual` is what it must be up to rounding of `length` products; else ends the benchmark
/// with an error.
bool check(benchmark::State& state, double actual, double expected, double epsilon, Index length);

void add_limits();
void add_dense_kernels();
void add_sparse_kernels();
void add_eigen_kernels();
void add_divergence_kernels();
void add_update_kernels();

}  // namespace tessera::bench
