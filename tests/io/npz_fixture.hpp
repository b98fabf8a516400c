#pragma once

#include <map>
#include <string>

/// .npz archives, as NumPy and SciPy write them.
namespace tessera::testing {

/// Content by member name, "data.npy".
using Members = std::map<std::string, std::string>;

/// Writes a ZIP archive on one process.
void write_archive(const std::string& path, const Members& members, bool compressed);

/// The members of scipy.sparse.save_npz for a small matrix:
///     0 5 0 1
///     0 0 0 0
///     2 0 3 0
[[nodiscard]] Members csr_members(const std::string& value_descr, const std::string& index_descr);
[[nodiscard]] Members csc_members(const std::string& value_descr, const std::string& index_descr);
[[nodiscard]] Members coo_members(const std::string& value_descr, const std::string& index_descr);

}  // namespace tessera::testing
