#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tessera/io/matrix_source.hpp"
#include "tessera/io/text_limits.hpp"

#include "mpi_test.hpp"

/// Text files for tests, and what is read of them, whole, on every process.
namespace tessera::testing {

/// The text as one gzip member.
[[nodiscard]] std::string compress(std::string_view text);

/// Writes a file on process 0 and waits for it. Collective.
void write_file(const std::filesystem::path& path, std::string_view bytes,
                const mpi::Communicator& comm);

/// Limits so small that chunks end everywhere.
[[nodiscard]] inline io::TextLimits tiny_limits(Index piece_bytes) {
  return {piece_bytes, Index{1} << 20, Index{1} << 20};
}

/// Value of each place; of several entries at one place, their sum.
using EntryMap = std::map<std::pair<Index, Index>, double>;

struct ReadEntries {
  Index count = 0;
  EntryMap values;
};

/// @pre source is a SparseSource. Collective.
[[nodiscard]] ReadEntries read_all_entries(const io::MatrixSource& source,
                                           const mpi::Communicator& comm);

/// Reads in row blocks, then in column blocks, which must agree. @pre source is a DenseSource.
/// Collective.
[[nodiscard]] Matrix<double> read_all_values(const io::MatrixSource& source,
                                             const mpi::Communicator& comm);

/// The folder with real data, from TESSERA_DATA or beside the source; nothing if there is none.
[[nodiscard]] std::optional<std::filesystem::path> data_folder();

}  // namespace tessera::testing
