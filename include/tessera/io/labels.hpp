#pragma once

#include <string>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/mpi/communicator.hpp"

/// Labels that rows are known to have, such as the class of a document. They are read by process 0,
/// the others get none. All functions are collective; @throws mpi::AgreedError, (code input) where
/// a row has no label.
namespace tessera::io {

/// One label for each row.
struct Labels {
  std::vector<std::string> names;  ///< different ones, in the order in which they first appear
  std::vector<int> of_row;         ///< place in `names`
};

/// Each line of a text file, plain or gzip, is a label; blank lines at the end do not count.
[[nodiscard]] Labels read_label_lines(const std::string& path, const mpi::Communicator& comm);

/// A column of a table with a header in text, comma, tab or semicolon separated, plain or gzip.
[[nodiscard]] Labels read_label_column(const std::string& path, const std::string& column,
                                       const mpi::Communicator& comm);

/// What stands at `place`, "obs/NAME" or "var/NAME", of an HDF5 file in AnnData's encoding:
/// categories and codes, texts, or whole numbers.
/// @param expected how many there must be  @param rows those that are wanted
[[nodiscard]] Labels read_stored_labels(const std::string& path, const std::string& place,
                                        Index expected, Range rows, const mpi::Communicator& comm);

}  // namespace tessera::io
