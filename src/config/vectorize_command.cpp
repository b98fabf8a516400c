#include <fmt/format.h>

#include "tessera/config/configured_terms.hpp"
#include "tessera/config/parse.hpp"
#include "tessera/config/resume_conflicts.hpp"
#include "tessera/config/term_text.hpp"
#include "tessera/core/error.hpp"

#include "option_groups.hpp"
#include "tables.hpp"

/// The options of the command vectorize.
namespace tessera::config {
namespace {

/// Whether `parse` takes the text of an option.
template <class Parse>
auto accepted_by(Parse parse) {
  return [parse](std::string_view given) {
    try {
      static_cast<void>(parse(given));
      return true;
    } catch (const UsageError&) {
      return false;
    }
  };
}

OptionTable corpus_options(CorpusOptions& corpus, RunOptions& run) {
  Option links = allow_external_option(run);
  links.description = "follow symbolic links within a folder";
  return in_group(
      "Corpus",
      {required(positional(text(corpus.path, "a file or folder",
                                {"corpus", "CORPUS",
                                 "folder of text files, or a file with many documents, plain or "
                                 "gzip"})),
                "news"),
       choice(corpus.format,
              {"format", "NAME",
               "a folder's files, lines of a file, JSON lines or a table; auto: by content and "
               "name"}),
       text(corpus.file_suffix, "the end of file names, or any",
            {"file-suffix", "TEXT", "of the files of a folder that are documents; any: all"}),
       text(corpus.text_field, "a key", {"text-field", "KEY", "JSON lines: of the text"}),
       text(corpus.label_field, "a key", {"label-field", "KEY", "JSON lines: of the label"}),
       text(corpus.name_field, "a key", {"name-field", "KEY", "JSON lines: of the name"}),
       text(corpus.text_column, "a column name or a number from 1",
            {"text-column", "COLUMN", "table: column of the text, by name or number from 1"}),
       text(corpus.label_column, "a column name or a number from 1",
            {"label-column", "COLUMN", "table: column of the label"}),
       text(corpus.name_column, "a column name or a number from 1",
            {"name-column", "COLUMN", "table: column of the name"}),
       flag(corpus.header, "header",
            "table: the first row holds column names although --text-column is a number"),
       flag(corpus.no_quotes, "no-quotes",
            "table: a double quote is a character like others, and every line is a row"),
       choice(corpus.encoding_errors,
              {"encoding-errors", "NAME", "what becomes of bytes that are not UTF-8"}),
       links});
}

OptionTable term_options(TermOptions& terms) {
  return in_group(
      "Terms", {choice(terms.letter_case,
                       {"case", "NAME", "letters become lower case, are folded, or kept"}),
                choice(terms.unicode_form, {"unicode-form", "NAME",
                                            "Unicode normalization form the text is brought to"}),
                number(terms.min_length, 1,
                       {"min-length", "N", "characters of a word: letters, digits and _"}),
                text(terms.stop_words, "english, none or a file name",
                     {"stop-words", "NAME", "words left out: english, none, or a file of them"}),
                text(terms.ngrams, "two numbers of words such as 1:2", accepted_by(parse_ngrams),
                     {"ngrams", "A:B", "words in the shortest and in the longest term"})});
}

OptionTable vocabulary_options(VocabularyOptions& vocabulary) {
  const std::string expected = "a number of documents, or a share of them from 0.0 to 1.0";
  return in_group(
      "Vocabulary",
      {text(vocabulary.min_df, expected, accepted_by(parse_document_bound),
            {"min-df", "N", "documents that must hold a term at least; 0.01: a share of them"}),
       text(vocabulary.max_df, expected, accepted_by(parse_document_bound),
            {"max-df", "N", "documents that may hold a term at most; 0.5: a share of them"}),
       number(vocabulary.max_features, 0,
              {"max-features", "N", "terms to keep at most, the most frequent; 0: all"})});
}

OptionTable weight_options(WeightOptions& weighting) {
  return in_group(
      "Weights",
      {choice(weighting.weights, {"weights", "NAME", "entries of the matrix"}),
       choice(weighting.idf,
              {"idf", "NAME",
               "of tfidf: smooth is ln((1 + m) / (1 + df)) + 1, plain ln(m / df) + 1, none 1"}),
       flag(weighting.sublinear_tf, "sublinear-tf", "of tfidf: 1 + ln(count) instead of count"),
       choice(weighting.norm,
              {"norm", "NAME", "that every row is divided by; auto: l2 for tfidf, else none"})});
}

Option like_option(std::string& like) {
  return text(like, "a file that vectorize wrote",
              {"like", "FILE",
               "terms, vocabulary and weights of an earlier matrix, for documents that are new"});
}

/// What a file named by --like says instead.
OptionTable known_options(VectorizeOptions& options) {
  return join({term_options(options.terms), vocabulary_options(options.vocabulary),
               weight_options(options.weighting)});
}

}  // namespace

ConfiguredTerms configured_terms(const std::string& configuration) {
  ConfiguredTerms found;
  for (const Option& option : join({term_options(found.terms), weight_options(found.weighting)})) {
    const std::string value = configured(configuration, option.name);
    if (!value.empty() && !option.set(value)) {
      throw InputError(fmt::format("the settings give '{}' for {}, which is not {}", value,
                                   option.name, option.expected));
    }
  }
  return found;
}

OptionTable table(VectorizeOptions& options) {
  return join(
      {corpus_options(options.corpus, options.run), in_group("Terms", {like_option(options.like)}),
       known_options(options), run_options(options.run, {precision_option(options.run)}),
       in_group("Output",
                {output_option(options.output, "HDF5 file in AnnData's layout, sparse", "news.h5"),
                 file(options.run.report, "report", "JSON file for counts and times")})});
}

CommandText describe(const VectorizeOptions&) {
  return {"vectorize CORPUS --output FILE [options]",
          "Counts the words of documents: one row a document, one column a term, TF-IDF weights.",
          "mpirun -n 4 tessera vectorize news --stop-words english --min-df 3 --output news.h5"};
}

std::vector<std::string> conflicts(const VectorizeOptions& options) {
  auto found = join({run_conflicts(options.run),
                     output_conflicts(options.output, options.corpus.path, "corpus")});
  VectorizeOptions given = options;
  VectorizeOptions unset;
  for (const std::string& label : changed_options(known_options(given), known_options(unset))) {
    if (!options.like.empty()) {
      found.push_back(
          fmt::format("{} is what '{}' says with --like: leave it out", label, options.like));
    }
  }
  const WeightOptions& weighting = options.weighting;
  if (weighting.weights != TermWeights::tfidf &&
      (weighting.sublinear_tf || weighting.idf != WeightOptions{}.idf)) {
    found.push_back(
        fmt::format("--sublinear-tf and --idf are for --weights tfidf, not {}: leave them out",
                    name_of(weighting.weights)));
  }
  const auto least = parse_document_bound(options.vocabulary.min_df);
  const auto most = parse_document_bound(options.vocabulary.max_df);
  if (least.is_share == most.is_share && least.value > most.value) {
    found.push_back(fmt::format("--min-df {} is above --max-df {}: no term could be both",
                                options.vocabulary.min_df, options.vocabulary.max_df));
  }
  return found;
}

}  // namespace tessera::config
