#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tessera/ingest/tokenizer.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// English words that say little about what a text is about: articles, pronouns, prepositions,
/// conjunctions, auxiliary verbs, adverbs of degree, place and time, small numbers, and what is
/// left of contractions such as "don't" once they are cut at the apostrophe.
[[nodiscard]] std::span<const std::string_view> english_stop_words();

/// The words that --stop-words names: none, english, or those of a file, separated by white space,
/// where # begins a comment. They are cut and mapped like those of documents, so that Don't stands
/// for don. Process 0 reads the file. Collective. @throws mpi::AgreedError
[[nodiscard]] WordSet read_stop_words(const TermOptions& options, const mpi::Communicator& comm);

}  // namespace tessera::ingest
