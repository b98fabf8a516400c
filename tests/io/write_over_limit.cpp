#include <csignal>
#include <filesystem>

#include <sys/resource.h>

#include "tessera/io/dense_writer.hpp"
#include "tessera/mpi/environment.hpp"

/// Writes a file of which the last process can write only the first part: its limit on file sizes
/// sinks after the space was reserved, as a disk can fill up where reserving does nothing. Must end
/// with exit code 4 on all processes, and leave the folder given as the argument empty.
int main(int argc, char** argv) {
  using namespace tessera;
  const mpi::Environment environment(argc, argv);
  const mpi::Communicator world = mpi::Communicator::world();
  const std::string path = std::filesystem::path(argv[1]) / "never.h5";
  const io::FillRows<float> fill = [&](Range, MatrixView<float>) {
    if (world.rank() == world.size() - 1) {
      std::signal(SIGXFSZ, SIG_IGN);  // let the call fail instead of ending the process
      const rlimit limit{4096, 4096};
      setrlimit(RLIMIT_FSIZE, &limit);
    }
  };
  io::write_dense_file<float>({path, 1000, 1000, Precision::float32, ""}, world, fill,
                              {4 << 20, 4 << 20, 40000});
  return 0;
}
