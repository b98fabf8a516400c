#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/config/vectorize_options.hpp"
#include "tessera/ingest/utf8_decoder.hpp"
#include "tessera/io/text_limits.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// One document while it is read: well-formed UTF-8.
struct Document {
  std::string_view text;
  std::string_view name = {};
  std::optional<std::string_view> label = {};  ///< nothing: it has none
};

/// Documents that a process reads one behind the other.
struct DocumentRun {
  Index order = 0;  ///< of the first one: runs with lower numbers stand before
  Index documents = 0;
};

/// What a corpus holds besides texts.
struct CorpusDescription {
  std::string format;  ///< for people: "folder of 2225 files", "JSON lines, gzip"
  bool has_names = false;
  bool has_labels = false;
};

/// A collection of documents that all processes read together.
class Corpus {
 public:
  using Take = std::function<void(const Document&)>;

  Corpus() = default;
  virtual ~Corpus() = default;
  Corpus(const Corpus&) = delete;
  Corpus& operator=(const Corpus&) = delete;

  [[nodiscard]] virtual const CorpusDescription& description() const = 0;
  /// Shows every document to one process, which sees its documents in their order. Returns the runs
  /// of this process in that order. At most one document and some megabytes are held at a time.
  /// Collective; `take` must not communicate.
  /// @throws mpi::AgreedError that names file and place, of several failures of the first.
  virtual std::vector<DocumentRun> read(Utf8Decoder& decoder, const Take& take,
                                        const mpi::Communicator& comm) const = 0;
};

/// Longer documents are refused.
inline constexpr Index kLongestDocument = Index{256} << 20;

/// Opens a folder or file, recognised by content and name unless the format is given. Collective.
/// @throws mpi::AgreedError if it cannot be read or is none of what a corpus can be, or if an
/// option is given that does not fit it.
[[nodiscard]] std::unique_ptr<Corpus> open_corpus(const CorpusOptions& options, bool follow_links,
                                                  const mpi::Communicator& comm,
                                                  const io::TextLimits& limits = {});

}  // namespace tessera::ingest
