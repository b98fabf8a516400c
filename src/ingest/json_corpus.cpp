#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tessera/ingest/file_corpus.hpp"

#include "file_corpus.hpp"

namespace tessera::ingest {
namespace {

using nlohmann::json;

/// A line as an object. @throws io::LineError
json parse_object(std::string_view text, Index line) {
  json object;
  try {
    object = json::parse(text);
  } catch (const json::exception& error) {
    const std::string_view what = error.what();  // begins with "[json.exception...] "
    throw io::LineError(
        line, fmt::format("not JSON: {} in {}", io::excerpt(what.substr(what.find("] ") + 2)),
                          io::excerpt(text)));
  }
  if (!object.is_object()) {
    throw io::LineError(line, "not a JSON object, but " + io::excerpt(text));
  }
  return object;
}

class JsonCorpus final : public FileCorpus {
 public:
  JsonCorpus(io::TextFile file, const CorpusOptions& options)
      : FileCorpus(std::move(file),
                   {"JSON lines", !options.name_field.empty(), !options.label_field.empty()}),
        text_field_(options.text_field),
        label_field_(options.label_field),
        name_field_(options.name_field) {}

 private:
  Index read_chunk(const io::TextChunk& chunk, Utf8Decoder& decoder,
                   const Take& take) const override {
    Index documents = 0;
    io::for_each_line(chunk, [&](const io::TextLine& line) {
      if (!io::is_blank(line.text)) {
        const std::string_view text = decode(decoder, line.text, line.number);
        take_object(parse_object(text, line.number), line.number, take);
        ++documents;
      }
    });
    return documents;
  }

  void take_object(const json& object, Index line, const Take& take) const {
    const auto text = object.find(text_field_);
    if (text == object.end() || !text->is_string()) {
      throw io::LineError(
          line,
          fmt::format("{} is {}. Name the member that holds the text by --text-field",
                      io::excerpt(text_field_),
                      text == object.end() ? "not a member of the object"
                                           : fmt::format("no text, but {}", text->type_name())));
    }
    const auto label = scalar(object, label_field_, line);
    const auto name = scalar(object, name_field_, line);
    Document document{text->get_ref<const std::string&>(), name ? *name : std::string_view{}};
    if (label) {
      document.label = *label;
    }
    take(document);
  }

  /// The member as text; nothing if it is absent or null.
  static std::optional<std::string> scalar(const json& object, const std::string& key, Index line) {
    const auto member = key.empty() ? object.end() : object.find(key);
    if (member == object.end() || member->is_null()) {
      return std::nullopt;
    }
    if (member->is_structured()) {
      throw io::LineError(line, fmt::format("{} is neither text nor number, but {}",
                                            io::excerpt(key), member->type_name()));
    }
    return member->is_string() ? member->get<std::string>() : member->dump();
  }

  std::string text_field_;
  std::string label_field_;
  std::string name_field_;
};

}  // namespace

std::unique_ptr<Corpus> open_json_corpus(const CorpusOptions& options,
                                         const mpi::Communicator& comm,
                                         const io::TextLimits& limits) {
  return std::make_unique<JsonCorpus>(io::TextFile(options.path, comm, limits), options);
}

}  // namespace tessera::ingest
