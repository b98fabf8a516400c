#pragma once

#include <memory>

#include "tessera/io/matrix_source.hpp"
#include "tessera/io/text_limits.hpp"

namespace tessera::io {

enum class EdgeDirection {
  as_written,  ///< "u v" is the entry in row u and column v
  both         ///< and its mirror image, as for an undirected graph whose edges are listed once
};

/// Opens an edge list, plain or gzip, as a square SparseSource: rows and columns are the nodes 0 to
/// the largest number in the file, so it is read once to find it. Collective;
/// @throws mpi::AgreedError.
[[nodiscard]] std::unique_ptr<MatrixSource> open_edge_list(const InputOptions& input,
                                                           EdgeDirection direction,
                                                           const mpi::Communicator& comm,
                                                           TextLimits limits = {});

}  // namespace tessera::io
