#include <csignal>
#include <filesystem>

#include <sys/resource.h>

#include "tessera/io/anndata_writer.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/environment.hpp"

/// Writes a compressed file of which process 0 can write only the first part, as on a full disk.
/// Must end with exit code 4 on all processes, and leave the folder given as the argument empty.
int main(int argc, char** argv) {
  using namespace tessera;
  const mpi::Environment environment(argc, argv);
  const mpi::Communicator world = mpi::Communicator::world();
  const std::string path = std::filesystem::path(argv[1]) / "never.h5";
  constexpr Index kSize = 1000;
  const Range rows = Partition::even(kSize, world.size()).part(world.rank());
  Matrix<double> own(rows.size(), kSize);
  double value = 1;
  for (double& entry : own.span()) {
    entry = value *= 1.000001;  // hard to compress
  }
  std::signal(SIGXFSZ, SIG_IGN);  // let the call fail instead of ending the process
  const rlimit limit{400000, 400000};
  setrlimit(RLIMIT_FSIZE, &limit);
  io::write_dense_compressed<double>({path, kSize, kSize, {}, ""}, {rows, own.view()}, world);
  return 0;
}
