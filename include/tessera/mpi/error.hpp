#pragma once

#include "tessera/core/error.hpp"

namespace tessera::mpi {

/// A call of the MPI library failed. The message names the call and the library's own text.
class MpiError : public Error {
 public:
  MpiError(int return_code, const char* call);
};

/// The one place where MPI return codes are looked at. @throws MpiError unless MPI_SUCCESS.
void check(int return_code, const char* call);

}  // namespace tessera::mpi
