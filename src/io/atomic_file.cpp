#include "tessera/io/atomic_file.hpp"

#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/io/replace_file.hpp"

namespace tessera::io {
namespace {

namespace fs = std::filesystem;

void replace(const std::string& target, std::span<const std::byte> content) {
  const std::string temporary = temporary_name(target);
  try {
    create_temporary(temporary).write(content);
    commit_file(temporary, target);
  } catch (const IoError&) {
    unlink(temporary.c_str());  // the name is random, so it is ours if it exists
    throw;
  }
}

}  // namespace

void write_file_atomically(const std::string& path, std::span<const std::byte> content) {
  try {
    std::error_code ignored;
    if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
      return Descriptor(path, O_WRONLY).write(content);
    }
    const fs::path resolved = fs::canonical(path, ignored);  // empty when there is no such file
    replace(resolved.empty() ? path : resolved.string(), content);
  } catch (const IoError& error) {
    throw IoError(fmt::format("cannot write '{}': {}", path, error.what()));
  }
}

void write_file_atomically(const std::string& path, const std::string& text) {
  write_file_atomically(path, std::as_bytes(std::span(text)));
}

}  // namespace tessera::io
