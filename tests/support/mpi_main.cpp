#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "tessera/mpi/environment.hpp"

#include "failure_exchange.hpp"
#include "mpi_test.hpp"

/// The main function of every test that runs on several processes.
namespace tessera::testing {
namespace {

std::optional<mpi::Communicator>& world_slot() {
  static std::optional<mpi::Communicator> world;
  return world;
}

/// Only process 0 prints and writes an XML or JSON report.
void silence_other_processes(int rank) {
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  if (rank != 0) {
    delete listeners.Release(listeners.default_result_printer());
    delete listeners.Release(listeners.default_xml_generator());
  }
}

/// A test declared for a number of processes must not pass on another one.
bool has_declared_processes(const mpi::Communicator& world) {
  const char* declared = std::getenv("TESSERA_TEST_PROCESSES");
  if (declared == nullptr || declared == std::to_string(world.size())) {
    return true;
  }
  if (world.rank() == 0) {
    std::cerr << "this test is declared for " << declared << " processes, but runs on "
              << world.size() << '\n';
  }
  return false;
}

/// The same exit code on every process.
int run_all_tests(const mpi::Communicator& world) {
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  FailureExchange exchange(world);
  listeners.Append(&exchange);
  const int failed = RUN_ALL_TESTS();
  listeners.Release(&exchange);
  return world.max(failed);
}

}  // namespace

const mpi::Communicator& test_world() { return *world_slot(); }

}  // namespace tessera::testing

int main(int argc, char** argv) {
  using namespace tessera::testing;
  const tessera::mpi::Environment environment(argc, argv);
  ::testing::InitGoogleTest(&argc, argv);
  if (GTEST_FLAG_GET(random_seed) == 0) {
    GTEST_FLAG_SET(random_seed, 1);  // a shuffled order must be the same on all processes
  }
  world_slot().emplace(tessera::mpi::Communicator::world());
  silence_other_processes(test_world().rank());
  const int exit_code = has_declared_processes(test_world()) ? run_all_tests(test_world()) : 1;
  world_slot().reset();
  return exit_code;
}
