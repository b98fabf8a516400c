// A program of someone else, built against an installed Tessera.
#include <cstdio>
#include <utility>

#include "tessera/init/random.hpp"
#include "tessera/mpi/environment.hpp"
#include "tessera/solve/alternate.hpp"

int main(int argc, char** argv) {
  const tessera::mpi::Environment environment(argc, argv);
  const auto world = tessera::mpi::Communicator::world();
  const tessera::mpi::ProcessGrid grid(world, {1, 1});
  tessera::DenseBlock<double> block({0, 6}, {0, 4});
  for (double& entry : block.entries().span()) {
    entry = 1.0;
  }
  tessera::DataMatrix<double> a{tessera::Distribution(6, 4, 1, 1), std::move(block), {}};
  a.summary.squared_norm = 24.0;
  a.summary.mean = 1.0;
  auto factors = tessera::init::random_start(a, grid, 1, 0);
  const tessera::solve::Settings settings{{.rank = 1}, {}};
  tessera::PhaseTimes times;
  const auto outcome = tessera::solve::alternate<double>(a, grid, factors, settings, {}, times);
  std::printf("relative error %.1e\n", outcome.returned.relative_error);
  return outcome.returned.relative_error < 1e-6 ? 0 : 1;
}
