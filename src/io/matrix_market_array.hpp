#pragma once

#include <array>
#include <memory>

#include "tessera/io/matrix_source.hpp"
#include "tessera/io/parse_coordinate.hpp"
#include "tessera/io/text_file.hpp"

/// The dense variant of Matrix Market: one value a line, column by column.
namespace tessera::io {

struct ArrayLayout {
  Index header_lines = 0;  ///< lines before the first value
  ValueField value = ValueField::real;
};

/// @throws mpi::AgreedError if the file is too short for the described matrix. Collective.
[[nodiscard]] std::unique_ptr<MatrixSource> make_array_source(TextFile file,
                                                              MatrixDescription description,
                                                              ArrayLayout layout,
                                                              const mpi::Communicator& comm);

/// Where consecutive values of a column-major matrix of this many rows stand: the end of a column,
/// whole columns, and the beginning of a column, each possibly empty, in the order of the values.
[[nodiscard]] std::array<Rectangle, 3> split_columns(Range values, Index rows);

}  // namespace tessera::io
