#pragma once

#include <string>
#include <vector>

#include "tessera/config/rating_import_options.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// Items and what they are called, one title for each id, which may be empty.
struct ItemCatalogue {
  std::vector<std::string> ids;
  std::vector<std::string> titles;
};

/// Reads the file that ratings.items names on process 0; an empty catalogue elsewhere, or if it
/// names none. Titles become UTF-8: a file that is not UTF-8 as a whole is taken for Latin-1.
/// Collective. @throws mpi::AgreedError for a line that has no id, or one that an earlier line has.
[[nodiscard]] ItemCatalogue read_catalogue(const RatingImportOptions& ratings,
                                           const mpi::Communicator& comm);

/// A name for each id: its title, with the id behind it where several items have that title, or
/// the id where there is none.
[[nodiscard]] std::vector<std::string> names_of_items(const std::vector<std::string>& ids,
                                                      const ItemCatalogue& catalogue);

}  // namespace tessera::ingest
