#pragma once

#include <string>
#include <vector>

#include "tessera/io/matrix_source.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// How an earlier matrix numbers users and items. On process 0.
struct KnownIds {
  io::MatrixNames names;              ///< of its rows (users) and columns (items)
  std::vector<std::string> item_ids;  ///< of its columns, where names are titles; else empty

  /// What ratings call the items.
  [[nodiscard]] const std::vector<std::string>& items() const {
    return item_ids.empty() ? names.columns : item_ids;
  }
};

/// Reads the names in a matrix file, and what AnnData's table of columns has as `id`. Collective;
/// @throws mpi::AgreedError (code input) if rows or columns have no names.
[[nodiscard]] KnownIds read_known_ids(const std::string& path, const mpi::Communicator& comm);

}  // namespace tessera::ingest
