#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"
#include "tessera/core/types.hpp"
#include "tessera/io/hdf5.hpp"
#include "tessera/mpi/agree.hpp"

/// HDF5 files as other programs write them.
namespace tessera::testing {

/// A whole number between 0 and 119, which every integer and floating-point type holds exactly.
[[nodiscard]] inline double entry(Index row, Index column) {
  return static_cast<double>((31 * row + 7 * column) % 120);
}

enum class Layout { contiguous, chunked, gzip, compact };

/// A 2-D dataset whose entries are entry(row, column).
struct TestDataset {
  std::string name = "/X";
  std::vector<hsize_t> shape;
  hid_t type = H5T_IEEE_F32LE;
  Layout layout = Layout::contiguous;
  std::vector<hsize_t> chunk;
};

/// On one process.
[[nodiscard]] io::hdf5::File create_file(const std::string& path);
void add_dataset(hid_t file, const TestDataset& dataset);
void overwrite_entry(hid_t file, const std::string& dataset, Index row, Index column, double value);

/// Runs a step on process 0 while the others wait. Collective.
template <class Step>
void on_process_0(const mpi::Communicator& comm, Step&& step) {
  mpi::agree(comm, [&] {
    if (comm.rank() == 0) {
      step();
    }
  });
}

/// Creates a file with one dataset. Collective.
void make_file(const mpi::Communicator& comm, const std::string& path, const TestDataset& dataset);

/// Expects that the step throws an mpi::AgreedError of this code whose message has all the parts.
template <class Step>
void expect_agreed_error(ExitCode code, const std::vector<std::string>& parts, Step&& step) {
  try {
    step();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const mpi::AgreedError& error) {
    EXPECT_EQ(error.code(), code);
    for (const std::string& part : parts) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
          << "'" << part << "' is not in: " << error.what();
    }
  }
}

}  // namespace tessera::testing
