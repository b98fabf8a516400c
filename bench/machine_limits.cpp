#include "machine_limits.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <limits>
#include <vector>

#include <benchmark/benchmark.h>
#include <cblas.h>

#include "operands.hpp"

namespace tessera::bench {
namespace {

constexpr int kRepetitions = 5;
constexpr blasint kSquare = 768;
constexpr Index kCacheLine = 64;
constexpr Index kPrefetchDistance = 16;

/// The median time of some calls, after one to warm up.
template <class Call>
double median_seconds(Call&& call) {
  call();
  std::vector<double> seconds;
  for (int i = 0; i < kRepetitions; ++i) {
    const double start = thread_seconds();
    call();
    seconds.push_back(thread_seconds() - start);
  }
  std::ranges::sort(seconds);
  return seconds[kRepetitions / 2];
}

void gemm(const std::vector<float>& a, const std::vector<float>& b, std::vector<float>& c) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kSquare, kSquare, kSquare, 1.0F, a.data(),
              kSquare, b.data(), kSquare, 0.0F, c.data(), kSquare);
}
void gemm(const std::vector<double>& a, const std::vector<double>& b, std::vector<double>& c) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kSquare, kSquare, kSquare, 1.0, a.data(),
              kSquare, b.data(), kSquare, 0.0, c.data(), kSquare);
}

constexpr double kSquareFlops = 2.0 * kSquare * kSquare * kSquare;

/// Of matrices whose entries do not matter.
template <class Real>
class SquareProduct {
 public:
  void operator()() { gemm(a_, b_, c_); }

 private:
  std::vector<Real> a_ = std::vector<Real>(std::size_t{kSquare} * kSquare, Real{1});
  std::vector<Real> b_ = a_;
  std::vector<Real> c_ = a_;
};

template <class Real>
void square_product(benchmark::State& state) {
  const double limit = kSquareFlops / square_product_rate<Real>();
  SquareProduct<Real> product;
  measure(state, kSquareFlops, limit, [&] { product(); });
}

/// Reads one word of every line of some rows. Integers: a sum of them waits for nothing.
template <class Real>
std::uint32_t touch(const SparseBlock<Real>& a, ConstMatrixView<Real> f) {
  const auto row_bytes = f.columns() * static_cast<Index>(sizeof(Real));
  const auto* bytes = reinterpret_cast<const char*>(f.data());
  const auto& columns = a.local_columns();
  std::uint32_t sum = 0;
  const auto read = [&](const char* from) {
    std::uint32_t word = 0;
    std::memcpy(&word, from, sizeof(word));
    sum += word;
  };
  for (std::size_t at = 0; at < columns.size(); ++at) {
    const std::size_t ahead = std::min(at + kPrefetchDistance, columns.size() - 1);
    const char* next = bytes + columns[ahead] * row_bytes;
    const char* row = bytes + columns[at] * row_bytes;
    for (Index byte = 0; byte < row_bytes; byte += kCacheLine) {
      __builtin_prefetch(next + byte);
      read(row + byte);
    }
    __builtin_prefetch(next + row_bytes - 1);
    read(row + row_bytes - sizeof(std::uint32_t));
    read(reinterpret_cast<const char*>(a.values().held() + at));
  }
  return sum;
}

}  // namespace

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Real>
double square_product_rate() {
  SquareProduct<Real> product;
  return kSquareFlops / median_seconds([&] { product(); });
}

template <class Real>
double gather_seconds(const SparseBlock<Real>& a, ConstMatrixView<Real> f) {
  return median_seconds([&] { benchmark::DoNotOptimize(touch(a, f)); });
}

void add_limits() {
  benchmark::RegisterBenchmark("limit/square_product/float32", square_product<float>);
  benchmark::RegisterBenchmark("limit/square_product/float64", square_product<double>);
}

template double square_product_rate<float>();
template double square_product_rate<double>();
template double gather_seconds(const SparseBlock<float>&, ConstMatrixView<float>);
template double gather_seconds(const SparseBlock<double>&, ConstMatrixView<double>);

}  // namespace tessera::bench
