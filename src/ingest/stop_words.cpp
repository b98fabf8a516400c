#include "tessera/ingest/stop_words.hpp"

#include <fmt/format.h>

#include "tessera/ingest/utf8_decoder.hpp"
#include "tessera/io/byte_source.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/text_line.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {
namespace {

/// The words of a file without its comments. @throws IoError, InputError
std::string read_words(const std::string& path) {
  constexpr Index kMostBytes = Index{16} << 20;
  io::require_readable(path);
  const io::PlainFile file(path);
  if (file.size() > kMostBytes) {
    throw InputError(
        fmt::format("'{}' is too large for a list of stop words: it has {} bytes, {} "
                    "are the limit",
                    path, file.size(), kMostBytes));
  }
  std::string bytes(static_cast<std::size_t>(file.size()), '\0');
  bytes.resize(static_cast<std::size_t>(file.read_at(0, bytes)));
  Utf8Decoder decoder(EncodingErrors::error);
  std::string_view rest = decoder.decode(bytes, {path});
  std::string words;
  while (!rest.empty()) {
    const std::string_view line = io::take_line(rest);
    words += line.substr(0, line.find('#'));
    words += '\n';
  }
  return words;
}

}  // namespace

WordSet read_stop_words(const TermOptions& options, const mpi::Communicator& comm) {
  std::string text;
  if (options.stop_words == "english") {
    for (const std::string_view word : english_stop_words()) {
      text += word;
      text += ' ';
    }
  } else if (options.stop_words != "none") {
    mpi::on_root(comm, [&] { text = read_words(options.stop_words); });
    text = comm.broadcast(std::move(text), 0);
  }
  Tokens words;
  Tokenizer(options).append_words(text, words);
  WordSet set;
  for (Index word = 0; word < words.size(); ++word) {
    set.emplace(words.sequence(word, 1));
  }
  return set;
}

}  // namespace tessera::ingest
