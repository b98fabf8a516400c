#pragma once

#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/mpi/communicator.hpp"
#include "tessera/mpi/process_grid.hpp"

/// What every test on several processes needs. Link tessera_mpi_test_main; see
/// cmake/TesseraTest.cmake.
///
/// All processes run the same tests in the same order. A test that stops early on one process
/// only leaves the others waiting: in collective code use EXPECT, or an ASSERT on whose outcome
/// all processes agree.
namespace tessera::testing {

/// All processes of the job. Valid while tests run.
[[nodiscard]] const mpi::Communicator& test_world();

/// Every p_r × p_c with p_r · p_c = processes, by rising p_r.
[[nodiscard]] std::vector<mpi::GridShape> all_grid_shapes(int processes);

/// An empty folder with the same path on every process, removed with all its contents at the end.
/// Creating and destroying it is collective.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const mpi::Communicator& comm);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  const mpi::Communicator& comm_;
  std::filesystem::path path_;
};

[[nodiscard]] inline TemporaryFolder temporary_folder(const mpi::Communicator& comm) {
  return TemporaryFolder(comm);
}

}  // namespace tessera::testing
