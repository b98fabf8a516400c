#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/mpi/communicator.hpp"

namespace tessera::testing {

/// Makes the processes of a job agree on which tests failed.
///
/// Collects this process's failures while a test runs. At its end, and at the end of its suite
/// for what failed outside any test, the texts are gathered once: process 0 repeats those of the
/// others as its own failures, "[process r of p] ...", so that its report is complete, and every
/// other process fails too. Append it after the printers: GoogleTest calls the last listener
/// first at the end of a test, which is before the printer judges it.
class FailureExchange : public ::testing::EmptyTestEventListener {
 public:
  /// Collective. Uses a communicator of its own, so it never meets a test's messages.
  explicit FailureExchange(const mpi::Communicator& comm) : comm_(comm.duplicate()) {}

  void OnTestPartResult(const ::testing::TestPartResult& result) override;
  void OnTestEnd(const ::testing::TestInfo& test) override;
  void OnTestSuiteEnd(const ::testing::TestSuite& suite) override;

 private:
  void exchange();
  [[nodiscard]] std::vector<std::string> gather(const std::string& own) const;

  mpi::Communicator comm_;
  std::string own_failures_;
};

}  // namespace tessera::testing
