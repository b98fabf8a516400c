#include "tessera/ingest/known_vocabulary.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/config/configured_terms.hpp"
#include "tessera/config/resume_conflicts.hpp"
#include "tessera/core/error.hpp"
#include "tessera/ingest/term_table.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5_array.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_texts.hpp"
#include "tessera/io/text_line.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kTopic = "vectorize";
constexpr const char* kSettings = "settings";
constexpr const char* kStopWords = "stop_words";
constexpr const char* kDocuments = "documents";  // the key of a setting

/// What a file holds, before it is understood. On process 0.
struct Stored {
  std::string settings;
  Texts stop_words;
  Texts names;
  std::vector<Index> frequencies;
};

std::vector<Index> read_frequencies(hid_t file, std::size_t terms, const std::string& path) {
  const auto table = io::hdf5::open_group(file, "/var");
  const auto about = io::hdf5::describe_array(table, kFrequencies);
  if (!about.integer || about.length != static_cast<Index>(terms)) {
    throw InputError(fmt::format("'{}': /var/{} holds {} {} values for {} terms", path,
                                 kFrequencies, about.length, about.value_type, terms));
  }
  std::vector<Index> frequencies(terms);
  const auto array = io::hdf5::open_array(table, kFrequencies);
  io::hdf5::read_array<Index>(array, {0, about.length}, frequencies);
  return frequencies;
}

/// @throws Error
Stored read_stored(const std::string& path) {
  io::require_readable(path);
  const auto refuse = [&] {
    return InputError(fmt::format(
        "'{}' does not say how its terms were made. Name a file that tessera vectorize wrote",
        path));
  };
  if (!io::is_hdf5(path)) {
    throw refuse();
  }
  return io::hdf5::with_context("cannot read '" + path + "'", [&] {
    const auto file = io::hdf5::open_serial(path);
    const std::string topic = fmt::format("/uns/{}", kTopic);
    const auto names = io::hdf5::find_table_index(file, "/var");
    if (!io::hdf5::find_object(file, "/uns") || !io::hdf5::find_object(file, topic) || !names) {
      throw refuse();
    }
    Stored stored;
    const Texts lines = io::hdf5::Texts(file, fmt::format("{}/{}", topic, kSettings)).read();
    stored.settings = fmt::format("{}\n", fmt::join(lines, "\n"));
    stored.stop_words = io::hdf5::Texts(file, fmt::format("{}/{}", topic, kStopWords)).read();
    stored.names = names->read();
    stored.frequencies = read_frequencies(file, stored.names.size(), path);
    return stored;
  });
}

/// Collective.
void broadcast(Texts& texts, const mpi::Communicator& comm) {
  std::vector<Index> lengths;
  std::ranges::transform(texts, std::back_inserter(lengths),
                         [](const std::string& text) { return std::ssize(text); });
  std::array<Index, 1> count = {std::ssize(texts)};
  comm.broadcast(std::span<Index>(count), 0);
  lengths.resize(static_cast<std::size_t>(count[0]));
  comm.broadcast(std::span<Index>(lengths), 0);
  const std::string all = comm.broadcast(fmt::format("{}", fmt::join(texts, "")), 0);
  texts.clear();
  std::size_t at = 0;
  for (const Index length : lengths) {
    texts.push_back(all.substr(at, static_cast<std::size_t>(length)));
    at += static_cast<std::size_t>(length);
  }
}

/// @throws InputError
Index documents_of(const std::string& settings) {
  const std::string text = config::configured(settings, kDocuments);
  Index documents = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), documents);
  if (error != std::errc{} || end != text.data() + text.size() || documents < 1) {
    throw InputError(
        fmt::format("the settings give {} for the number of documents", io::excerpt(text)));
  }
  return documents;
}

/// @throws InputError unless every term is there once and in some of the documents
void require_sound(const KnownVocabulary& known) {
  TermTable table;
  for (std::size_t column = 0; column < known.names.size(); ++column) {
    const std::string& name = known.names[column];
    if (table.number_of(name) != column) {
      throw InputError(fmt::format("two columns are called {}", io::excerpt(name)));
    }
    if (known.frequencies[column] < 1 || known.frequencies[column] > known.documents) {
      throw InputError(fmt::format("{} of {} documents hold the term {}", known.frequencies[column],
                                   known.documents, io::excerpt(name)));
    }
  }
}

}  // namespace

io::Notes describe_terms(const std::string& configuration, Index documents,
                         const WordSet& stop_words) {
  Texts settings = {fmt::format("{} = {}", kDocuments, documents)};
  std::string_view rest = configuration;
  while (!rest.empty()) {
    settings.emplace_back(io::take_line(rest));
  }
  Texts words(stop_words.begin(), stop_words.end());
  std::ranges::sort(words);
  return {kTopic, {{kSettings, std::move(settings)}, {kStopWords, std::move(words)}}};
}

KnownVocabulary read_known_vocabulary(const std::string& path, const mpi::Communicator& comm) {
  Stored stored;
  mpi::on_root(comm, [&] { stored = read_stored(path); });
  stored.settings = comm.broadcast(std::move(stored.settings), 0);
  broadcast(stored.stop_words, comm);
  broadcast(stored.names, comm);
  stored.frequencies.resize(stored.names.size());
  comm.broadcast(std::span<Index>(stored.frequencies), 0);
  return mpi::agree(comm, [&] {
    try {
      const auto [terms, weighting] = config::configured_terms(stored.settings);
      KnownVocabulary known{terms,
                            weighting,
                            {stored.stop_words.begin(), stored.stop_words.end()},
                            documents_of(stored.settings),
                            std::move(stored.names),
                            std::move(stored.frequencies)};
      require_sound(known);
      return known;
    } catch (const InputError& error) {
      throw InputError(fmt::format("'{}': {}", path, error.what()));
    }
  });
}

Vocabulary adopt_vocabulary(const TermCounter& counter, const KnownVocabulary& known,
                            const mpi::Communicator& comm) {
  TermTable table;
  for (const std::string& name : known.names) {
    static_cast<void>(table.number_of(name));
  }
  Vocabulary vocabulary;
  vocabulary.size = std::ssize(known.names);
  std::array<Index, 2> occurrences{};  // all, and those of terms that are not known
  for (Index term = 0; term < counter.terms(); ++term) {
    const std::uint32_t number = table.number_of(counter.text(term));
    const bool is_known = number < known.names.size();
    vocabulary.columns.push_back(is_known ? static_cast<Index>(number) : kDropped);
    vocabulary.documents.push_back(is_known ? known.frequencies[number] : 0);
    occurrences[0] += counter.occurrences(term);
    occurrences[1] += is_known ? 0 : counter.occurrences(term);
  }
  comm.all_reduce_sum(std::span<Index>(occurrences));
  vocabulary.occurrences = occurrences[0];
  vocabulary.unknown = occurrences[1];
  if (comm.rank() == 0) {
    vocabulary.names = known.names;
    vocabulary.frequencies = known.frequencies;
  }
  return vocabulary;
}

}  // namespace tessera::ingest
