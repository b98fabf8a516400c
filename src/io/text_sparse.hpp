#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "tessera/io/matrix_source.hpp"
#include "tessera/io/parse_coordinate.hpp"
#include "tessera/io/text_file.hpp"

/// What the readers of entries in text have in common: one stored entry a line.
namespace tessera::io {

/// How the lines of a file become entries.
struct SparseTextLayout {
  Index header_lines = 0;        ///< lines before the first entry
  std::optional<Index> entries;  ///< lines that must hold an entry, where the header says so
  bool mirrored = false;         ///< an entry off the diagonal stands for its mirror image, too
  /// The entry of a line, or nothing for lines to skip. @throws LineError.
  std::function<std::optional<Coordinate>(const TextLine&)> parse;
};

/// @throws mpi::AgreedError if the file is too short for the promised entries. Collective.
[[nodiscard]] std::unique_ptr<MatrixSource> make_sparse_text_source(TextFile file,
                                                                    MatrixDescription description,
                                                                    SparseTextLayout layout,
                                                                    const mpi::Communicator& comm);

}  // namespace tessera::io
