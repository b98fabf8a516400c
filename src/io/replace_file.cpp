#include "tessera/io/replace_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/core/file_mode.hpp"

namespace tessera::io {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path, int error) {
  throw IoError(fmt::format("cannot {} '{}': {}", what, path, std::strerror(error)));
}

}  // namespace

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

Descriptor::Descriptor(const std::string& path, int flags) : path_(path) {
  descriptor_ = open(path.c_str(), flags | O_CLOEXEC, kUnfinishedMode);
  if (descriptor_ < 0) {
    fail("open", path, errno);
  }
}

Descriptor::~Descriptor() { ::close(descriptor_); }

void Descriptor::reserve() const {
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) {
    fail("examine", path_, errno);
  }
  const int error = posix_fallocate(descriptor_, 0, status.st_size);
  // Some file systems cannot reserve; there only the writing itself will show.
  if (error != 0 && error != EOPNOTSUPP && error != EINVAL) {
    throw IoError(
        fmt::format("cannot reserve {} bytes for '{}': {}. Free space or choose "
                    "another place with --output",
                    status.st_size, path_, std::strerror(error)));
  }
}

void Descriptor::write(std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) {
      fail("write", path_, errno);
    }
    bytes = bytes.subspan(count < 0 ? 0 : static_cast<std::size_t>(count));
  }
}

void Descriptor::synchronize() const {
  if (fsync(descriptor_) != 0 && errno != EINVAL) {  // EINVAL: not a kind of file that syncs
    fail("synchronize", path_, errno);
  }
}

void Descriptor::give_usual_mode() const {
  if (fchmod(descriptor_, mode_of_fresh_file()) != 0) {
    fail("set the mode of", path_, errno);
  }
}

std::string temporary_name(const std::string& path) {
  std::random_device random;
  const auto name = std::filesystem::path(path).filename().string();
  return fmt::format("{}/.{}.{}-{:08x}.tmp", folder_of(path), name, getpid(), random());
}

bool is_temporary_name(const std::string& name, const std::string& path) {
  const auto start = fmt::format(".{}.", std::filesystem::path(path).filename().string());
  const std::string_view end = ".tmp";
  if (!name.starts_with(start) || !name.ends_with(end) || name.size() < start.size() + end.size()) {
    return false;
  }
  // Digits, a hyphen, hexadecimal digits: nothing that a longer name of another file has there.
  const auto middle = name.substr(start.size(), name.size() - start.size() - end.size());
  return middle.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

Descriptor create_temporary(const std::string& temporary) {
  return {temporary, O_CREAT | O_EXCL | O_WRONLY};
}

void commit_file(const std::string& temporary, const std::string& path,
                 const std::function<void()>& last_check) {
  {
    const Descriptor complete(temporary, O_RDONLY | O_NOFOLLOW);
    complete.give_usual_mode();
    complete.synchronize();
  }
  if (last_check) {
    last_check();
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    fail("rename the complete file to", path, errno);
  }
  Descriptor(folder_of(path), O_RDONLY | O_DIRECTORY).synchronize();
}

std::string file_version(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return "";
  }
  return fmt::format("{}:{}:{}.{:09}", status.st_dev, status.st_ino, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

}  // namespace tessera::io
