#pragma once

#include <string>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/io/anndata_table.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// Picture files that a user named by a folder or a list.
struct ImageList {
  std::string folder;              ///< what names are relative to
  std::vector<std::string> names;  ///< paths with / between folders
  Index left_out = 0;              ///< files of the folder that are no pictures by their name

  [[nodiscard]] Index size() const { return static_cast<Index>(names.size()); }
  [[nodiscard]] std::string path(Index index) const;
};

/// The pictures below a folder, by their names' endings (.pgm .ppm .pnm .png .jpg .jpeg in either
/// case), sorted by the bytes of their relative paths; links to folders are not followed. Or those
/// of a text file that has one path a line, relative to its own folder, in its order. Process 0
/// looks, all learn. Collective. @throws mpi::AgreedError when there are none, or a folder or the
/// list cannot be read.
[[nodiscard]] ImageList list_images(const std::string& path, const mpi::Communicator& comm);

/// The folder of each name as its label; nothing where no name has one.
[[nodiscard]] io::Categorical folder_labels(const std::vector<std::string>& names);

}  // namespace tessera::ingest
