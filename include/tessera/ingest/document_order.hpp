#pragma once

#include <vector>

#include "tessera/ingest/corpus.hpp"
#include "tessera/io/anndata_writer.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// Where the documents of this process stand among those of all.
class DocumentOrder {
 public:
  /// Collective.
  DocumentOrder(const std::vector<DocumentRun>& own, const mpi::Communicator& comm);

  [[nodiscard]] Index documents() const { return documents_; }
  /// The global numbers of this process's documents, rising.
  [[nodiscard]] const std::vector<Index>& own() const { return own_; }
  /// Whether the documents of the processes follow one another in rank order. The same everywhere.
  [[nodiscard]] bool is_consecutive() const { return consecutive_; }

 private:
  Index documents_ = 0;
  std::vector<Index> own_;
  bool consecutive_ = true;
};

/// Rows of documents in the order of `order`; the range of rows says nothing yet. Brings them to
/// blocks that follow one another in rank order: where they are if they do so already, else blocks
/// of even size. Collective.
template <class Real>
[[nodiscard]] io::SparseRows<Real> to_consecutive(io::SparseRows<Real> own,
                                                  const DocumentOrder& order,
                                                  const mpi::Communicator& comm);

}  // namespace tessera::ingest
