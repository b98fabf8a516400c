#pragma once

#include <string>
#include <vector>

#include "tessera/ingest/delimited_text.hpp"
#include "tessera/io/text_file.hpp"

/// Which field of a delimited file is what, from its first lines.
namespace tessera::ingest {

/// Whether fields are taken from the header, or counted.
[[nodiscard]] bool are_numbers(const std::vector<std::string>& columns);

/// How to read a file.
struct DelimitedRequest {
  Delimiter delimiter = Delimiter::automatic;
  std::vector<std::string> columns;  ///< all names in the header, or all numbers from 1
  std::string option;                ///< which the user names them with, for messages
  /// The column, of those asked for, in which the header is no number and other lines are; -1: none
  /// is known to hold numbers, and only names tell that there is a header.
  Index number_column = -1;
};

/// Looks at the first lines, on this process alone. Lines before the first with fields that are
/// blank or begin with # or % do not count.
/// @throws InputError that names the file and what is wrong: for use within mpi::on_root().
[[nodiscard]] DelimitedLayout look_at_delimited(const io::TextFile& file,
                                                const DelimitedRequest& request);

}  // namespace tessera::ingest
