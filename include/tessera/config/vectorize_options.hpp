#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "tessera/config/choices.hpp"
#include "tessera/config/options.hpp"

/// How a text corpus becomes a matrix of documents x terms.
namespace tessera {

enum class CorpusFormat { automatic, folder, lines, jsonl, csv, tsv };
/// What becomes of bytes that are not UTF-8.
enum class EncodingErrors { replace, ignore, latin1, error };
enum class CaseMapping { lower, fold, keep };
enum class UnicodeForm { none, nfc, nfkc };
enum class TermWeights { tfidf, counts, binary };
enum class InverseDocumentFrequency { smooth, plain, none };
enum class DocumentNorm { automatic, l2, l1, none };

template <>
struct EnumNames<CorpusFormat> {
  static constexpr std::array<std::pair<CorpusFormat, std::string_view>, 6> values = {
      {{CorpusFormat::automatic, "auto"},
       {CorpusFormat::folder, "folder"},
       {CorpusFormat::lines, "lines"},
       {CorpusFormat::jsonl, "jsonl"},
       {CorpusFormat::csv, "csv"},
       {CorpusFormat::tsv, "tsv"}}};
};
template <>
struct EnumNames<EncodingErrors> {
  static constexpr std::array<std::pair<EncodingErrors, std::string_view>, 4> values = {
      {{EncodingErrors::replace, "replace"},
       {EncodingErrors::ignore, "ignore"},
       {EncodingErrors::latin1, "latin1"},
       {EncodingErrors::error, "error"}}};
};
template <>
struct EnumNames<CaseMapping> {
  static constexpr std::array<std::pair<CaseMapping, std::string_view>, 3> values = {
      {{CaseMapping::lower, "lower"}, {CaseMapping::fold, "fold"}, {CaseMapping::keep, "keep"}}};
};
template <>
struct EnumNames<UnicodeForm> {
  static constexpr std::array<std::pair<UnicodeForm, std::string_view>, 3> values = {
      {{UnicodeForm::none, "none"}, {UnicodeForm::nfc, "nfc"}, {UnicodeForm::nfkc, "nfkc"}}};
};
template <>
struct EnumNames<TermWeights> {
  static constexpr std::array<std::pair<TermWeights, std::string_view>, 3> values = {
      {{TermWeights::tfidf, "tfidf"},
       {TermWeights::counts, "counts"},
       {TermWeights::binary, "binary"}}};
};
template <>
struct EnumNames<InverseDocumentFrequency> {
  static constexpr std::array<std::pair<InverseDocumentFrequency, std::string_view>, 3> values = {
      {{InverseDocumentFrequency::smooth, "smooth"},
       {InverseDocumentFrequency::plain, "plain"},
       {InverseDocumentFrequency::none, "none"}}};
};
template <>
struct EnumNames<DocumentNorm> {
  static constexpr std::array<std::pair<DocumentNorm, std::string_view>, 4> values = {
      {{DocumentNorm::automatic, "auto"},
       {DocumentNorm::l2, "l2"},
       {DocumentNorm::l1, "l1"},
       {DocumentNorm::none, "none"}}};
};

/// Where the documents come from.
struct CorpusOptions {
  std::string path;
  CorpusFormat format = CorpusFormat::automatic;
  std::string file_suffix = ".txt";  ///< of the files of a folder; "any": all
  std::string text_field = "text";   ///< of JSON lines
  std::string label_field = {};      ///< empty: no labels
  std::string name_field = {};
  std::string text_column = "text";  ///< of a table: a name, or a number from 1
  std::string label_column = {};
  std::string name_column = {};
  bool header = false;     ///< a table has one although columns are given by number
  bool no_quotes = false;  ///< of a table: a quote is a letter like others
  EncodingErrors encoding_errors = EncodingErrors::replace;
};

/// What a term is.
struct TermOptions {
  CaseMapping letter_case = CaseMapping::lower;
  UnicodeForm unicode_form = UnicodeForm::none;
  Index min_length = 2;             ///< of a word, in characters
  std::string stop_words = "none";  ///< none, english or a file
  std::string ngrams = "1:1";       ///< words in the shortest and in the longest term
};

/// Which terms are kept.
struct VocabularyOptions {
  std::string min_df = "1";    ///< documents, or with a point a share of them
  std::string max_df = "1.0";  ///< likewise
  Index max_features = 0;      ///< 0: all
};

struct WeightOptions {
  TermWeights weights = TermWeights::tfidf;
  InverseDocumentFrequency idf = InverseDocumentFrequency::smooth;
  bool sublinear_tf = false;
  DocumentNorm norm = DocumentNorm::automatic;  ///< automatic: l2 for tfidf, else none

  [[nodiscard]] DocumentNorm chosen_norm() const {
    if (norm != DocumentNorm::automatic) {
      return norm;
    }
    return weights == TermWeights::tfidf ? DocumentNorm::l2 : DocumentNorm::none;
  }
};

struct VectorizeOptions {
  CorpusOptions corpus;
  std::string like = {};  ///< file that says terms, vocabulary and weights; empty: the options do
  TermOptions terms;
  VocabularyOptions vocabulary;
  WeightOptions weighting;
  RunOptions run;
  std::string output;
};

}  // namespace tessera
