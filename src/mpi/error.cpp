#include "tessera/mpi/error.hpp"

#include <array>
#include <string>

#include <mpi.h>

namespace tessera::mpi {
namespace {

std::string describe(int return_code, const char* call) {
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  if (MPI_Error_string(return_code, text.data(), &length) != MPI_SUCCESS) {
    length = 0;
  }
  return std::string(call) +
         " failed: " + std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace

MpiError::MpiError(int return_code, const char* call)
    : Error(ExitCode::other, describe(return_code, call)) {}

void check(int return_code, const char* call) {
  if (return_code != MPI_SUCCESS) {
    throw MpiError(return_code, call);
  }
}

}  // namespace tessera::mpi
