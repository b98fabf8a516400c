#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/session.hpp"
#include "tessera/config/term_text.hpp"
#include "tessera/core/log.hpp"
#include "tessera/core/timer.hpp"
#include "tessera/ingest/corpus.hpp"
#include "tessera/ingest/document_names.hpp"
#include "tessera/ingest/document_order.hpp"
#include "tessera/ingest/known_vocabulary.hpp"
#include "tessera/ingest/stop_words.hpp"
#include "tessera/ingest/term_counter.hpp"
#include "tessera/ingest/term_weights.hpp"
#include "tessera/ingest/tokenizer.hpp"
#include "tessera/ingest/vocabulary.hpp"
#include "tessera/io/anndata_writer.hpp"
#include "tessera/io/atomic_file.hpp"
#include "tessera/report/vectorization.hpp"

namespace tessera::app {
namespace {

/// Tells every few seconds how far the reading is on process 0, which sees about an equal share.
class ReadingProgress {
 public:
  void on_document(Index bytes) {
    constexpr double kPeriod = 5.0;  // seconds
    constexpr Index kLooks = 256;    // documents between looks at the clock
    ++documents_;
    bytes_ += bytes;
    if (documents_ % kLooks == 0 && timer_.seconds() - last_shown_ >= kPeriod) {
      last_shown_ = timer_.seconds();
      log::info(fmt::format("reading: process 0 has counted {} documents, {:.0f} MB, in {:.0f} s",
                            documents_, static_cast<double>(bytes_) / 1e6, last_shown_));
    }
  }
  [[nodiscard]] Index bytes() const { return bytes_; }

 private:
  Timer timer_;
  double last_shown_ = 0;
  Index documents_ = 0;
  Index bytes_ = 0;
};

/// The documents that this process has read.
struct Documents {
  ingest::TermCounter counter;
  ingest::DocumentNames names;
  std::vector<ingest::DocumentRun> runs;
};

/// Reads the corpus and counts its words; fills in what that tells. Collective.
Documents count_words(const VectorizeOptions& options, const ingest::WordSet& stop_words,
                      const ingest::Corpus& corpus, ingest::Utf8Decoder& decoder,
                      report::Vectorization& facts, const mpi::Communicator& world) {
  const ingest::Tokenizer tokenizer(options.terms, stop_words);
  Documents own{ingest::TermCounter(parse_ngrams(options.terms.ngrams)), {}, {}};
  const auto& about = corpus.description();
  ReadingProgress progress;
  ingest::Tokens words;
  const auto take = [&](const ingest::Document& document) {
    words.clear();
    tokenizer.append_words(document.text, words);
    own.counter.add_document(words);
    if (about.has_names) {
      own.names.add_name(document.name);
    }
    if (about.has_labels) {
      own.names.add_label(document.label);
    }
    progress.on_document(std::ssize(document.text));
  };
  own.runs = corpus.read(decoder, take, world);
  facts.text_bytes = world.sum(progress.bytes());
  return own;
}

/// Says on process 0 how many documents were repaired, and which is the first. Collective.
void tell_of_repairs(const ingest::Utf8Decoder& decoder, EncodingErrors policy,
                     report::Vectorization& facts, const mpi::Communicator& world) {
  facts.repaired_documents = world.sum(decoder.repaired());
  if (facts.repaired_documents == 0) {
    return;
  }
  // Before the comparison, since all processes must take part.
  const Index first_order = world.min(decoder.first_order());
  const bool is_first = decoder.repaired() > 0 && decoder.first_order() == first_order;
  const int process = world.max(is_first ? world.rank() : 0);
  const std::string first = world.broadcast(decoder.first_repaired(), process);
  log::warning(
      fmt::format("{} documents hold bytes that are not UTF-8, the first {}: "
                  "--encoding-errors {}",
                  facts.repaired_documents, first, name_of(policy)));
}

Index count_empty_rows(const std::vector<Index>& offsets) {
  Index empty = 0;
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
    empty += offsets[row] == offsets[row + 1] ? 1 : 0;
  }
  return empty;
}

/// What is written beside the matrix. Collective.
io::AnnDataFile describe_file(const VectorizeOptions& options, const Documents& own,
                              const ingest::DocumentOrder& order, ingest::Vocabulary& vocabulary,
                              const mpi::Communicator& world) {
  io::AnnDataFile file{options.output, order.documents(), vocabulary.size, {}, ""};
  file.names.rows = own.names.gather_names(order, world);
  file.names.columns = std::move(vocabulary.names);
  file.column_numbers = {ingest::kFrequencies, std::move(vocabulary.frequencies)};
  file.labels = own.names.gather_labels(order, world);
  return file;
}

/// Brings rows of this process's documents into their order and writes them. Collective.
template <class Real>
void write(const io::AnnDataFile& file, io::SparseRows<Real> own,
           const ingest::DocumentOrder& order, report::Vectorization& facts,
           const mpi::Communicator& world) {
  const auto rows = ingest::to_consecutive(std::move(own), order, world);
  facts.nonzeros = world.sum(std::ssize(rows.values));
  facts.empty_documents = world.sum(count_empty_rows(rows.offsets));
  facts.labels = std::ssize(file.labels.categories);
  io::write_sparse_file(file, rows, world);
}

/// @throws mpi::AgreedError (code input) for a corpus without documents.
void require_documents(Index documents, const std::string& path) {
  if (documents == 0) {
    throw mpi::AgreedError(ExitCode::input, fmt::format("'{}' holds no document", path));
  }
}

void tell_of_terms(const ingest::Vocabulary& vocabulary, report::Vectorization& facts) {
  facts.terms = vocabulary.size;
  facts.distinct_terms = vocabulary.distinct;
  facts.too_rare = vocabulary.too_rare;
  facts.too_common = vocabulary.too_common;
  facts.beyond = vocabulary.beyond;
  facts.occurrences = vocabulary.occurrences;
  facts.unknown = vocabulary.unknown;
}

void run(VectorizeOptions options, report::Vectorization& facts, const mpi::Communicator& world) {
  const Timer timer;
  std::optional<ingest::KnownVocabulary> known;
  if (!options.like.empty()) {
    known = ingest::read_known_vocabulary(options.like, world);
    options.terms = known->terms;
    options.weighting = known->weighting;
  }
  const ingest::WordSet stop_words =
      known ? known->stop_words : ingest::read_stop_words(options.terms, world);
  const auto corpus = ingest::open_corpus(options.corpus, options.run.allow_external, world);
  facts.format = corpus->description().format;
  log::info(fmt::format("reading '{}': {}", options.corpus.path, facts.format));
  ingest::Utf8Decoder decoder(options.corpus.encoding_errors);
  const Documents own = count_words(options, stop_words, *corpus, decoder, facts, world);
  tell_of_repairs(decoder, options.corpus.encoding_errors, facts, world);
  const ingest::DocumentOrder order(own.runs, world);
  facts.documents = order.documents();
  require_documents(facts.documents, options.corpus.path);
  facts.read_seconds = timer.seconds();

  auto vocabulary =
      known ? ingest::adopt_vocabulary(own.counter, *known, world)
            : ingest::merge_vocabulary(own.counter, facts.documents, options.vocabulary, world);
  tell_of_terms(vocabulary, facts);
  facts.merge_seconds = timer.seconds() - facts.read_seconds;

  const Index weighing = known ? known->documents : facts.documents;  // whose frequencies weigh
  io::AnnDataFile file = describe_file(options, own, order, vocabulary, world);
  file.notes =
      ingest::describe_terms(config::effective_configuration(options), weighing, stop_words);
  with_precision(options.run.precision, [&](auto real) {
    write(file,
          ingest::weigh_documents<decltype(real)>(own.counter, vocabulary, weighing,
                                                  options.weighting),
          order, facts, world);
  });
  facts.write_seconds = timer.seconds() - facts.read_seconds - facts.merge_seconds;
  log::info(fmt::format("wrote {} ({}x{})", options.output, facts.documents, facts.terms));
}

}  // namespace

void vectorize(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<VectorizeOptions>(arguments, world);
  if (!options) {
    return;
  }
  require_writable(options->output, world);
  if (!options->run.report.empty()) {
    require_writable(options->run.report, world);
  }
  report::Vectorization facts;
  facts.version = TESSERA_VERSION;
  facts.corpus = options->corpus.path;
  facts.output = options->output;
  facts.like = options->like;
  facts.configuration = config::effective_configuration(*options);
  run(*options, facts, world);
  if (!options->run.quiet) {
    print(report::vectorization_text(facts), world);
  }
  if (!options->run.report.empty()) {
    mpi::on_root(world, [&] {
      io::write_file_atomically(options->run.report, report::vectorization_json(facts));
    });
  }
}

}  // namespace tessera::app
