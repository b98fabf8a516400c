#include "tessera/ingest/folder_corpus.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "tessera/core/log.hpp"
#include "tessera/ingest/packets.hpp"
#include "tessera/io/byte_source.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {
namespace {

namespace fs = std::filesystem;

/// Opening a file takes as long as reading so many bytes of it.
constexpr Index kBytesOfOpening = 4096;

struct CorpusFile {
  std::string path;  ///< within the folder
  Index bytes = 0;
};

/// What a folder holds, on process 0.
struct Listing {
  std::vector<CorpusFile> files;
  Index other_files = 0;  ///< that have another suffix
  Index links = 0;        ///< that were not followed
};

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

class Lister {
 public:
  Lister(const CorpusOptions& options, bool follow_links)
      : root_(options.path), suffix_(options.file_suffix), follow_links_(follow_links) {}

  Listing list() {
    using Walk = fs::recursive_directory_iterator;
    const auto how = follow_links_ ? fs::directory_options::follow_directory_symlink
                                   : fs::directory_options::none;
    try {
      for (auto at = Walk(root_, how); at != Walk(); ++at) {
        if (is_hidden(at->path())) {
          at.disable_recursion_pending();
        } else {
          look_at(*at);
        }
      }
    } catch (const fs::filesystem_error& error) {
      throw IoError(fmt::format("cannot list the folder '{}': {}", root_, error.code().message()));
    }
    std::ranges::sort(listing_.files, {}, &CorpusFile::path);
    return std::move(listing_);
  }

 private:
  void look_at(const fs::directory_entry& entry) {
    if (entry.is_symlink() && !follow_links_) {
      ++listing_.links;
    } else if (entry.is_regular_file()) {
      const std::string path = entry.path().string();
      if (suffix_ == "any" || path.ends_with(suffix_)) {
        listing_.files.push_back({entry.path().lexically_relative(root_).string(),
                                  static_cast<Index>(entry.file_size())});
      } else {
        ++listing_.other_files;
      }
    }
  }

  std::string root_;
  std::string suffix_;
  bool follow_links_;
  Listing listing_;
};

/// On process 0. @throws InputError if there is no document.
Listing list_documents(const CorpusOptions& options, bool follow_links) {
  Listing listing = Lister(options, follow_links).list();
  if (listing.links > 0) {
    log::warning(fmt::format("'{}': {} symbolic links are left out; --allow-external follows them",
                             options.path, listing.links));
  }
  if (listing.files.empty()) {
    throw InputError(fmt::format(
        "the folder '{}' has no files that end in '{}', but {} others: say by --file-suffix which "
        "are the documents (any: all)",
        options.path, options.file_suffix, listing.other_files));
  }
  return listing;
}

/// The first part of a path, if there are others.
std::optional<std::string_view> label_of(std::string_view path) {
  const std::size_t end = path.find('/');
  return end == std::string_view::npos ? std::nullopt : std::optional(path.substr(0, end));
}

class FolderCorpus final : public Corpus {
 public:
  FolderCorpus(const CorpusOptions& options, bool follow_links, const mpi::Communicator& comm);

  [[nodiscard]] const CorpusDescription& description() const override { return description_; }
  std::vector<DocumentRun> read(Utf8Decoder& decoder, const Take& take,
                                const mpi::Communicator& comm) const override;

 private:
  void deal(const std::vector<CorpusFile>& all, const mpi::Communicator& comm);
  void read_file(const CorpusFile& file, std::string& buffer) const;

  std::string root_;
  CorpusDescription description_;
  Index first_ = 0;  ///< of the own files among all
  std::vector<CorpusFile> own_;
};

FolderCorpus::FolderCorpus(const CorpusOptions& options, bool follow_links,
                           const mpi::Communicator& comm)
    : root_(options.path) {
  Listing listing;
  mpi::on_root(comm, [&] { listing = list_documents(options, follow_links); });
  deal(listing.files, comm);
  const bool labelled = std::ranges::any_of(
      listing.files, [](const CorpusFile& file) { return label_of(file.path).has_value(); });
  std::array<Index, 2> facts = {std::ssize(listing.files), labelled ? 1 : 0};
  comm.broadcast(std::span<Index>(facts), 0);
  description_ = {fmt::format("folder of {} files", facts[0]), true, facts[1] != 0};
}

/// Gives every process its files. Collective.
void FolderCorpus::deal(const std::vector<CorpusFile>& all, const mpi::Communicator& comm) {
  std::vector<Index> weights;
  weights.reserve(all.size());
  for (const CorpusFile& file : all) {
    weights.push_back(file.bytes + kBytesOfOpening);
  }
  const Partition shares = Partition::balanced(weights, comm.size());
  PacketExchange exchange;
  for (int process = 0; process < comm.size(); ++process) {
    exchange.counts.push_back(shares.part(process).size());
  }
  exchange.packet = [&](int process, Index i) -> Packet {
    const Index number = shares.part(process).begin + i;
    const CorpusFile& file = all[static_cast<std::size_t>(number)];
    return {file.path, {file.bytes, number}};
  };
  exchange.receive = [&](int, const Packet& got) {
    first_ = own_.empty() ? got.numbers[1] : first_;
    own_.push_back({std::string(got.text), got.numbers[0]});
  };
  exchange_packets(exchange, comm);
}

/// @throws IoError, InputError
void FolderCorpus::read_file(const CorpusFile& file, std::string& buffer) const {
  const std::string path = (fs::path(root_) / file.path).string();
  const io::PlainFile opened(path);
  const Index bytes = opened.size();
  if (bytes > kLongestDocument) {
    throw InputError(
        fmt::format("'{}' has {} bytes, but a document at most {}: split it, or give it "
                    "alone, with a document a line",
                    log::escape_line(path), bytes, kLongestDocument));
  }
  buffer.resize(static_cast<std::size_t>(bytes));
  buffer.resize(static_cast<std::size_t>(opened.read_at(0, buffer)));
  if (buffer.find('\0') != std::string::npos) {
    throw InputError(fmt::format(
        "'{}' holds a NUL byte: it is binary or UTF-16. Convert it to UTF-8, or remove it",
        log::escape_line(path)));
  }
}

std::vector<DocumentRun> FolderCorpus::read(Utf8Decoder& decoder, const Take& take,
                                            const mpi::Communicator& comm) const {
  mpi::agree(comm, [&] {
    std::string buffer;
    Index order = first_;
    for (const CorpusFile& file : own_) {
      read_file(file, buffer);
      take({decoder.decode(buffer, {file.path, 0, order++}), file.path, label_of(file.path)});
    }
  });
  return {{first_, std::ssize(own_)}};
}

}  // namespace

std::unique_ptr<Corpus> open_folder_corpus(const CorpusOptions& options, bool follow_links,
                                           const mpi::Communicator& comm) {
  return std::make_unique<FolderCorpus>(options, follow_links, comm);
}

}  // namespace tessera::ingest
