#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/ingest/document_order.hpp"
#include "tessera/ingest/term_table.hpp"
#include "tessera/io/anndata_table.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// What documents are called, collected on each process while they are read.
class DocumentNames {
 public:
  void add_name(std::string_view name) { names_.emplace_back(name); }
  void add_label(std::optional<std::string_view> label) {
    codes_.push_back(label ? static_cast<std::int32_t>(categories_.number_of(*label)) : -1);
  }

  /// The names of all documents in order, on process 0; none if this was not told any. Bytes that
  /// are not UTF-8 are replaced. Collective.
  [[nodiscard]] std::vector<std::string> gather_names(const DocumentOrder& order,
                                                      const mpi::Communicator& comm) const;
  /// The labels of all documents, likewise.
  [[nodiscard]] io::Categorical gather_labels(const DocumentOrder& order,
                                              const mpi::Communicator& comm) const;

 private:
  std::vector<std::string> names_;
  TermTable categories_;
  std::vector<std::int32_t> codes_;
};

}  // namespace tessera::ingest
