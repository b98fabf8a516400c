#pragma once

#include <vector>

#include "tessera/io/matrix_input.hpp"
#include "tessera/io/matrix_source.hpp"

/// A dense source read as the blocks of a grid, without the options of a command line.
namespace tessera::testing {

/// The block of every process, in rank order.
[[nodiscard]] inline std::vector<io::Rectangle> blocks_of(const Distribution& distribution) {
  std::vector<io::Rectangle> blocks;
  for (int i = 0; i < distribution.rows().parts(); ++i) {
    for (int j = 0; j < distribution.columns().parts(); ++j) {
      blocks.push_back({distribution.row_block(i), distribution.column_block(j)});
    }
  }
  return blocks;
}

template <class Real>
[[nodiscard]] DataMatrix<Real> read_matrix(const io::MatrixSource& source,
                                           const mpi::ProcessGrid& grid) {
  const auto& dense = dynamic_cast<const io::DenseSource&>(source);
  const auto& about = source.description();
  Distribution distribution(about.rows, about.columns, grid.shape().rows, grid.shape().columns);
  const auto wanted = blocks_of(distribution);
  const auto read = [&] {
    if constexpr (std::same_as<Real, float>) {
      return dense.read_float32(grid.comm(), wanted);
    } else {
      return dense.read_float64(grid.comm(), wanted);
    }
  };
  const io::Rectangle own = wanted[static_cast<std::size_t>(grid.comm().rank())];
  DataMatrix<Real> a{distribution, DenseBlock<Real>(own.rows, own.columns, read()), {}};
  a.summary = io::summarize(a, grid.comm());
  return a;
}

}  // namespace tessera::testing
