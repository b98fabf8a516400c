#include "tessera/io/matrix_source.hpp"

#include "tessera/io/hdf5_dense.hpp"

namespace tessera::io {

std::unique_ptr<MatrixSource> open_matrix(const InputOptions& input,
                                          const mpi::Communicator& comm) {
  return open_hdf5_dense(input, comm);
}

}  // namespace tessera::io
