#pragma once

#include <memory>

#include "tessera/io/matrix_source.hpp"

namespace tessera::io {

/// Entries that process 0 reads before it hands them out, unless told otherwise.
inline constexpr Index kNpzBatchEntries = Index{1} << 20;

/// Opens a sparse matrix saved by scipy.sparse.save_npz, compressed or not, as CSR, CSC or COO.
///
/// Process 0 alone reads the archive, since compressed data can only be read from its beginning,
/// and hands the entries out, `batch_entries` at a time: it is decompressed once, and no process
/// ever holds more than its share and one batch. Collective; @throws mpi::AgreedError.
[[nodiscard]] std::unique_ptr<SparseSource> open_npz(const InputOptions& input,
                                                     const mpi::Communicator& comm,
                                                     Index batch_entries = kNpzBatchEntries);

}  // namespace tessera::io
