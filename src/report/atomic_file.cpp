#include "tessera/report/atomic_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/core/file_mode.hpp"

namespace tessera::report {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, int error) {
  throw IoError(fmt::format("cannot write {}: {}", path, std::strerror(error)));
}

/// An open file descriptor, closed at the end of its scope.
class File {
 public:
  File(const std::string& name, int flags)
      : descriptor_(::open(name.c_str(), flags, kUnfinishedMode)) {}
  ~File() { close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  [[nodiscard]] bool write(std::span<const std::byte> content) const {
    while (!content.empty()) {
      const ssize_t written = ::write(descriptor_, content.data(), content.size());
      if (written < 0 && errno != EINTR) {
        return false;
      }
      content = content.subspan(static_cast<std::size_t>(written > 0 ? written : 0));
    }
    return true;
  }

  [[nodiscard]] bool give_usual_mode() const {
    return ::fchmod(descriptor_, mode_of_fresh_file()) == 0;
  }

  [[nodiscard]] bool sync() const { return ::fsync(descriptor_) == 0; }

  bool close() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return descriptor < 0 || ::close(descriptor) == 0;
  }

 private:
  int descriptor_;
};

void write_directly(const std::string& path, std::span<const std::byte> content) {
  File file(path, O_WRONLY | O_CLOEXEC);
  if (!file.is_open() || !file.write(content) || !file.close()) {
    fail(path, errno);
  }
}

/// The new name lasts only when the folder is on disk too. Not every file system can do that, and
/// the file is complete without it, so failure is no error.
void sync_folder(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const File handle(folder.string(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle.is_open()) {
    static_cast<void>(handle.sync());
  }
}

}  // namespace

void write_file_atomically(const std::string& path, std::span<const std::byte> content) {
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    return write_directly(path, content);
  }
  const fs::path resolved = fs::canonical(path, ignored);  // empty when there is no such file
  const std::string target = resolved.empty() ? path : resolved.string();
  const std::string temporary = fmt::format("{}.{}.tmp", target, ::getpid());
  ::unlink(temporary.c_str());  // left by a process of the same number that was killed

  File file(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
  if (!file.is_open()) {
    fail(path, errno);
  }
  if (!file.write(content) || !file.give_usual_mode() || !file.sync() || !file.close() ||
      ::rename(temporary.c_str(), target.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    fail(path, error);
  }
  sync_folder(target);
}

void write_file_atomically(const std::string& path, const std::string& text) {
  write_file_atomically(path, std::as_bytes(std::span(text)));
}

}  // namespace tessera::report
