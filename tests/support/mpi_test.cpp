#include "mpi_test.hpp"

#include <cstdlib>
#include <exception>
#include <string>
#include <system_error>

#include "tessera/core/error.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::testing {
namespace {

std::string make_folder() {
  std::string path = (std::filesystem::temp_directory_path() / "tessera-test-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    throw IoError("cannot create a folder like " + path);
  }
  return path;
}

}  // namespace

std::vector<mpi::GridShape> all_grid_shapes(int processes) {
  std::vector<mpi::GridShape> shapes;
  for (int rows = 1; rows <= processes; ++rows) {
    if (processes % rows == 0) {
      shapes.push_back({rows, processes / rows});
    }
  }
  return shapes;
}

TemporaryFolder::TemporaryFolder(const mpi::Communicator& comm) : comm_(comm) {
  const std::string own =
      mpi::agree(comm, [&] { return comm.rank() == 0 ? make_folder() : std::string(); });
  path_ = comm.broadcast(own, 0);
}

TemporaryFolder::~TemporaryFolder() {
  // While an exception unwinds on one process, the others may never reach the barrier.
  if (std::uncaught_exceptions() == 0) {
    comm_.barrier();
  }
  if (comm_.rank() == 0) {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
}

}  // namespace tessera::testing
