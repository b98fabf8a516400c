#pragma once

#include <sys/types.h>

namespace tessera {

/// Of a file that is being written, which nobody else should read half: its owner's alone.
inline constexpr mode_t kUnfinishedMode = 0600;

/// The mode that a file gets which a program creates without asking for any: what the umask leaves
/// of reading and writing by all. Not to be called while other threads create files.
[[nodiscard]] mode_t mode_of_fresh_file();

}  // namespace tessera
