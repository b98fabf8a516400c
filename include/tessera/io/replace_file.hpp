#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include <sys/types.h>

/// Writing files that appear under their name only when complete: created under another name in
/// the same folder, written, made durable, renamed.
namespace tessera::io {

/// An open POSIX file.
class Descriptor {
 public:
  /// @throws IoError
  Descriptor(const std::string& path, int flags);
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  /// Makes sure that writing within the file's present length cannot fail for lack of space.
  /// @throws IoError
  void reserve() const;
  /// @throws IoError
  void write(std::span<const std::byte> bytes) const;
  /// Gives the file the mode of one that is created without asking for any. @throws IoError
  void give_usual_mode() const;
  /// Returns when everything written so far is on disk. @throws IoError
  void synchronize() const;

 private:
  std::string path_;
  int descriptor_ = -1;
};

/// The folder that a file lies in, "." if its path names none.
[[nodiscard]] std::string folder_of(const std::string& path);

/// A name that no other job makes, next to the final one: a rename must not cross file systems.
[[nodiscard]] std::string temporary_name(const std::string& path);

/// Whether temporary_name(path) could have given this name of a file in the folder of `path`.
[[nodiscard]] bool is_temporary_name(const std::string& name, const std::string& path);

/// Creates the file that has such a name, for its owner alone until commit_file(): never one that
/// somebody else has put there, nor what a link points to. @throws IoError
[[nodiscard]] Descriptor create_temporary(const std::string& temporary);

/// Gives a complete, closed file its final name, durably. `last_check` is called when nothing but
/// the renaming is left, and throws to prevent it. @throws IoError
void commit_file(const std::string& temporary, const std::string& path,
                 const std::function<void()>& last_check = {});

/// A text that is another one once a file has been put in the place of the present one; empty if
/// there is none.
[[nodiscard]] std::string file_version(const std::string& path);

}  // namespace tessera::io
