// The local kernels against what the machine can do at best, on one core.
//
// usage: bench_kernels [--instruction_set=NAME] [options of Google Benchmark]
// `ratio` is 1 where a kernel is as fast as the limit measured right before it: OpenBLAS's square
// product for what is dense, gathering and streaming for what is sparse (machine_limits.hpp). A k
// that is no multiple of the vector width can reach k / (k rounded up) of it. `limit/...` is the
// first of these limits itself, `eigen/...` another library's product of the same matrices.

#include <iostream>
#include <string_view>

#include <benchmark/benchmark.h>
#include <cblas.h>
#include <omp.h>

#include "tessera/core/error.hpp"
#include "tessera/kernels/instruction_set.hpp"

#include "operands.hpp"

int main(int argc, char** argv) {
  using namespace tessera;
  omp_set_num_threads(1);
  openblas_set_num_threads(1);
  benchmark::Initialize(&argc, argv);
  constexpr std::string_view kOption = "--instruction_set=";
  if (argc == 2 && std::string_view(argv[1]).starts_with(kOption)) {
    try {
      kernels::use_instruction_set(std::string_view(argv[1]).substr(kOption.size()));
    } catch (const UsageError& error) {
      std::cerr << error.what() << '\n';
      return static_cast<int>(error.code());
    }
  } else if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return static_cast<int>(ExitCode::usage);
  }
  benchmark::AddCustomContext("instruction_set", std::string(kernels::instruction_set()));
  benchmark::AddCustomContext("OpenBLAS", openblas_get_corename());
  bench::add_limits();
  bench::add_dense_kernels();
  bench::add_sparse_kernels();
  bench::add_eigen_kernels();
  bench::add_divergence_kernels();
  bench::add_update_kernels();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
