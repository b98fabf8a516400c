#include "operands.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tessera/core/random.hpp"
#include "tessera/matrix/ordering.hpp"

namespace tessera::bench {
namespace {

double uniform(std::uint64_t seed, Index row, Index column) {
  return random::uniform(seed, random::Stream::generate_noise, row, column);
}

/// Of the power law: the share x of all draws falls on the share x^4 of all columns.
constexpr double kExponent = 4;

}  // namespace

std::string_view name_of(Pattern pattern) {
  return pattern == Pattern::uniform ? "uniform" : "power-law";
}

template <class Real>
Matrix<Real> random_matrix(Index rows, Index columns, std::uint64_t seed) {
  Matrix<Real> matrix(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      matrix(i, j) = static_cast<Real>(uniform(seed, i, j));
    }
  }
  return matrix;
}

template <class Real>
SparseBlock<Real> random_sparse(Index rows, Index columns, Index row_entries, Pattern pattern) {
  const auto order = Ordering::shuffled(columns, 1);
  AlignedVector<Index> offsets{0};
  AlignedVector<std::int32_t> stored;
  AlignedVector<Real> values;
  std::vector<std::int32_t> row;
  for (Index i = 0; i < rows; ++i) {
    row.clear();
    for (Index entry = 0; entry < row_entries; ++entry) {
      const double draw = uniform(2, i, entry);
      const double share = pattern == Pattern::uniform ? draw : std::pow(draw, kExponent);
      const auto column = static_cast<Index>(share * static_cast<double>(columns));
      row.push_back(static_cast<std::int32_t>(order.position(column)));
    }
    std::ranges::sort(row);
    const auto repeated = std::ranges::unique(row);
    row.erase(repeated.begin(), repeated.end());
    stored.insert(stored.end(), row.begin(), row.end());
    for (std::size_t at = 0; at < row.size(); ++at) {
      values.push_back(static_cast<Real>(uniform(3, i, static_cast<Index>(at))));
    }
    offsets.push_back(std::ssize(values));
  }
  return {{0, rows}, {0, columns}, offsets, stored, values};
}

void add_benchmark(const std::string& name,
                   const std::function<void(benchmark::State&, Index)>& body) {
  for (const Index rank : kRanks) {
    benchmark::RegisterBenchmark((name + "/k:" + std::to_string(rank)).c_str(),
                                 [=](benchmark::State& state) { body(state, rank); });
  }
}

void measure(benchmark::State& state, double flops, double limit_seconds,
             const std::function<void()>& kernel) {
  for ([[maybe_unused]] auto _ : state) {
    kernel();
  }
  using benchmark::Counter;
  state.counters["flop/s"] = Counter(flops, Counter::kIsIterationInvariantRate);
  state.counters["ratio"] = Counter(limit_seconds, Counter::kIsIterationInvariantRate);
}

bool check(benchmark::State& state, double actual, double expected, double epsilon, Index length) {
  const bool right =
      std::abs(actual - expected) <= epsilon * static_cast<double>(length + 2) * std::abs(expected);
  if (!right) {
    state.SkipWithError("wrong result");
  }
  return right;
}

template Matrix<float> random_matrix(Index, Index, std::uint64_t);
template Matrix<double> random_matrix(Index, Index, std::uint64_t);
template SparseBlock<float> random_sparse(Index, Index, Index, Pattern);
template SparseBlock<double> random_sparse(Index, Index, Index, Pattern);

}  // namespace tessera::bench
