#include "tessera/report/statistics.hpp"

#include <gtest/gtest.h>

#include "mpi_test.hpp"

namespace tessera::report {
namespace {

TEST(Statistics, OfPhasesNameTheFastestTheMeanAndTheSlowest) {
  const auto& comm = testing::test_world();
  PhaseTimes times;
  {
    const auto scope = times.scope(Phase::product);
    const Timer timer;
    while (timer.seconds() < 0.002 * (1 + comm.rank())) {
    }
  }
  const double own = times.seconds()[static_cast<std::size_t>(Phase::product)];

  const auto phases = gather(times, comm);

  const auto& product = phases[static_cast<std::size_t>(Phase::product)];
  EXPECT_LE(product.min, own);
  EXPECT_GE(product.max, own);
  EXPECT_DOUBLE_EQ(product.mean, comm.sum(own) / comm.size());
  EXPECT_EQ(phases[static_cast<std::size_t>(Phase::read)].max, 0);
}

TEST(Statistics, OfTrafficAreSums) {
  const auto& comm = testing::test_world();
  mpi::Traffic own;
  own.calls[0] = 1;
  own.bytes[0] = 100 * (comm.rank() + 1);

  const auto total = gather(own, comm);

  const int p = comm.size();
  EXPECT_EQ(total.calls_of(mpi::Collective::all_gather), p);
  EXPECT_EQ(total.bytes_of(mpi::Collective::all_gather), 50 * p * (p + 1));
  EXPECT_EQ(total.calls_of(mpi::Collective::all_reduce), 0);
}

TEST(Statistics, OfMemoryAreOfEveryProcess) {
  const auto memory = gather_peak_memory(testing::test_world());
  EXPECT_GT(memory.min, 1 << 20);  // no MPI process is smaller than 1 MiB
  EXPECT_LE(memory.min, memory.mean);
  EXPECT_LE(memory.mean, memory.max);
}

}  // namespace
}  // namespace tessera::report
