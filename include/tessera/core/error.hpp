#pragma once

#include <stdexcept>
#include <string>

namespace tessera {

/// What the program tells the shell. README.md lists them for users.
enum class ExitCode : int {
  done = 0,
  other = 1,         ///< an error of no class below: a bug, or memory exhausted
  usage = 2,         ///< wrong command line or configuration
  input = 3,         ///< the data cannot be factorized as it is
  io = 4,            ///< a file could not be read or written
  numerical = 5,     ///< the computation broke down
  interrupted = 75,  ///< stopped early after a checkpoint was saved
};

/// Every failure Tessera reports. The message says what happened, where, and what to do.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ExitCode::usage, message) {}
};

class InputError : public Error {
 public:
  explicit InputError(const std::string& message) : Error(ExitCode::input, message) {}
};

class IoError : public Error {
 public:
  explicit IoError(const std::string& message) : Error(ExitCode::io, message) {}
};

class NumericalError : public Error {
 public:
  explicit NumericalError(const std::string& message) : Error(ExitCode::numerical, message) {}
};

/// Operands whose shapes do not fit: a mistake in the calling code.
class ShapeError : public Error {
 public:
  explicit ShapeError(const std::string& message) : Error(ExitCode::other, message) {}
};

}  // namespace tessera
