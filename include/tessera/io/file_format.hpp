#pragma once

#include <string>

namespace tessera::io {

/// @throws IoError that says why if this process cannot open the file for reading.
void require_readable(const std::string& path);

/// What the content of a file that cannot be read as asked suggests, for people.
[[nodiscard]] std::string looks_like(const std::string& path);

/// On one process; false also when the file cannot be opened.
[[nodiscard]] bool is_hdf5(const std::string& path);

/// Looks at the content of a file, on one process.
/// @throws IoError if it cannot be read, InputError that names what it looks like if not HDF5.
void require_hdf5(const std::string& path);

}  // namespace tessera::io
