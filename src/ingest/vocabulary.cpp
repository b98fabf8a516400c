#include "tessera/ingest/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "tessera/config/term_text.hpp"
#include "tessera/core/mix.hpp"
#include "tessera/ingest/owned_terms.hpp"
#include "tessera/io/anndata_writer.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/gather.hpp"

namespace tessera::ingest {
namespace {

/// The terms of this process, dealt to their owners: the same process on every one.
struct Deal {
  std::vector<std::uint32_t> terms;  ///< of the first owner, of the second, ...
  std::vector<Index> counts;         ///< for each owner
  std::vector<Index> begins;
};

Deal deal_to_owners(const TermCounter& counter, int owners) {
  const auto owner_of = [&](Index term) {
    const std::size_t hash = std::hash<std::string_view>{}(counter.text(term));
    return static_cast<std::size_t>(mix(hash) % static_cast<std::uint64_t>(owners));
  };
  Deal deal;
  deal.counts.resize(static_cast<std::size_t>(owners), 0);
  for (Index term = 0; term < counter.terms(); ++term) {
    ++deal.counts[owner_of(term)];
  }
  deal.begins.resize(deal.counts.size());
  std::exclusive_scan(deal.counts.begin(), deal.counts.end(), deal.begins.begin(), Index{0});
  std::vector<Index> next = deal.begins;
  deal.terms.resize(static_cast<std::size_t>(counter.terms()));
  for (Index term = 0; term < counter.terms(); ++term) {
    deal.terms[static_cast<std::size_t>(next[owner_of(term)]++)] = static_cast<std::uint32_t>(term);
  }
  return deal;
}

/// Brings every term to its owner. Collective.
OwnedTerms send_to_owners(const TermCounter& counter, const Deal& deal,
                          const mpi::Communicator& comm, Index round_bytes) {
  OwnedTerms owned(comm.size());
  const auto packet = [&](int owner, Index i) -> Packet {
    const Index place = deal.begins[static_cast<std::size_t>(owner)] + i;
    const Index term = deal.terms[static_cast<std::size_t>(place)];
    return {counter.text(term), {counter.document_frequency(term), counter.occurrences(term)}};
  };
  exchange_packets({deal.counts, packet,
                    [&](int source, const Packet& got) {
                      owned.add(source, got.text, got.numbers[0], got.numbers[1]);
                    }},
                   comm, round_bytes);
  return owned;
}

/// A term that has come to process 0.
struct Candidate {
  std::string text;
  Index occurrences = 0;
  Index documents = 0;
  int owner = 0;
  Index place = 0;  ///< among those that its owner has sent
};

/// Brings the kept terms of all owners to process 0. Collective.
std::vector<Candidate> gather_candidates(const OwnedTerms& owned, std::span<const Index> kept,
                                         const mpi::Communicator& comm, Index round_bytes) {
  std::vector<Candidate> candidates;
  std::vector<Index> arrived(static_cast<std::size_t>(comm.size()), 0);
  const auto packet = [&](int, Index i) -> Packet {
    const Index term = kept[static_cast<std::size_t>(i)];
    return {owned.text(term),
            {owned.occurrences()[static_cast<std::size_t>(term)],
             owned.documents()[static_cast<std::size_t>(term)]}};
  };
  exchange_packets({all_to_root(std::ssize(kept), comm), packet,
                    [&](int owner, const Packet& got) {
                      candidates.push_back({std::string(got.text), got.numbers[0], got.numbers[1],
                                            owner, arrived[static_cast<std::size_t>(owner)]++});
                    }},
                   comm, round_bytes);
  return candidates;
}

/// Leaves the most frequent candidates, and these in the order of their texts. On process 0.
void choose_and_sort(std::vector<Candidate>& candidates, Index most) {
  if (most > 0 && std::ssize(candidates) > most) {
    std::ranges::nth_element(
        candidates, candidates.begin() + most, [](const auto& a, const auto& b) {
          return a.occurrences != b.occurrences ? a.occurrences > b.occurrences : a.text < b.text;
        });
    candidates.resize(static_cast<std::size_t>(most));
  }
  std::ranges::sort(candidates, {}, &Candidate::text);
}

/// Tells every owner the columns of the terms it has sent to process 0. Collective.
std::vector<Index> return_columns(const std::vector<Candidate>& candidates, Index own_sent,
                                  const mpi::Communicator& comm) {
  const auto size = static_cast<std::size_t>(comm.size());
  const std::vector<Index> counts = mpi::gather(own_sent, comm);
  const bool root = comm.rank() == 0;
  const std::vector<Index> send_counts = root ? counts : std::vector<Index>(size, 0);
  std::vector<Index> begins(size);
  std::exclusive_scan(send_counts.begin(), send_counts.end(), begins.begin(), Index{0});
  std::vector<Index> columns(
      static_cast<std::size_t>(std::reduce(send_counts.begin(), send_counts.end())), kDropped);
  for (std::size_t column = 0; column < candidates.size(); ++column) {
    const Candidate& one = candidates[column];
    columns[static_cast<std::size_t>(begins[static_cast<std::size_t>(one.owner)] + one.place)] =
        static_cast<Index>(column);
  }
  std::vector<Index> own(static_cast<std::size_t>(own_sent));
  const std::vector<Index> receive_counts = all_to_root(own_sent, comm);
  comm.all_to_all<Index>(columns, send_counts, own, receive_counts);
  return own;
}

/// Gives each process what the owners know of the terms it has sent them, in its own numbering.
/// Collective.
std::vector<Index> return_to_senders(const OwnedTerms& owned, std::span<const Index> known,
                                     const Deal& deal, const mpi::Communicator& comm) {
  std::vector<Index> answers;
  std::vector<Index> answer_counts;
  for (int source = 0; source < comm.size(); ++source) {
    for (const std::uint32_t term : owned.received(source)) {
      answers.push_back(known[term]);
    }
    answer_counts.push_back(std::ssize(owned.received(source)));
  }
  std::vector<Index> dealt(deal.terms.size());
  comm.all_to_all<Index>(answers, answer_counts, dealt, deal.counts);
  std::vector<Index> by_term(dealt.size());
  for (std::size_t at = 0; at < dealt.size(); ++at) {
    by_term[deal.terms[at]] = dealt[at];
  }
  return by_term;
}

/// The owned terms within the bounds; counts the others. Of max_features, at most so many.
std::vector<Index> keep(const OwnedTerms& owned, Index documents, const VocabularyOptions& options,
                        Vocabulary& counts) {
  const double least = parse_document_bound(options.min_df).documents(documents);
  const double most = parse_document_bound(options.max_df).documents(documents);
  std::vector<Index> kept;
  for (Index term = 0; term < owned.size(); ++term) {
    const auto frequency = static_cast<double>(owned.documents()[static_cast<std::size_t>(term)]);
    counts.too_rare += frequency < least ? 1 : 0;
    counts.too_common += frequency >= least && frequency > most ? 1 : 0;
    if (frequency >= least && frequency <= most) {
      kept.push_back(term);
    }
  }
  if (options.max_features > 0 && std::ssize(kept) > options.max_features) {
    // What is among the most frequent of all is so among those of its owner.
    const auto before = [&](Index a, Index b) {
      const Index times_a = owned.occurrences()[static_cast<std::size_t>(a)];
      const Index times_b = owned.occurrences()[static_cast<std::size_t>(b)];
      return times_a != times_b ? times_a > times_b : owned.text(a) < owned.text(b);
    };
    std::ranges::nth_element(kept, kept.begin() + options.max_features, before);
    counts.beyond += std::ssize(kept) - options.max_features;
    kept.resize(static_cast<std::size_t>(options.max_features));
  }
  return kept;
}

/// Adds up over the processes what each has counted. Collective.
void sum_counts(Vocabulary& vocabulary, const mpi::Communicator& comm) {
  std::array<Index, 5> sums = {vocabulary.distinct, vocabulary.too_rare, vocabulary.too_common,
                               vocabulary.beyond, vocabulary.size};
  comm.all_reduce_sum(std::span<Index>(sums));
  vocabulary.distinct = sums[0];
  vocabulary.too_rare = sums[1];
  vocabulary.too_common = sums[2];
  vocabulary.beyond = sums[3];
  vocabulary.size = sums[4];
}

void require_terms(const Vocabulary& vocabulary, const VocabularyOptions& options) {
  if (vocabulary.size > 0) {
    return;
  }
  throw mpi::AgreedError(
      ExitCode::input,
      vocabulary.distinct == 0
          ? std::string("the documents hold no word: see --min-length, --stop-words and --ngrams")
          : fmt::format("none of the {} terms is left: {} are in fewer documents than --min-df {}, "
                        "{} in more than --max-df {}. Widen these bounds",
                        vocabulary.distinct, vocabulary.too_rare, options.min_df,
                        vocabulary.too_common, options.max_df));
}

}  // namespace

Vocabulary merge_vocabulary(const TermCounter& counter, Index documents,
                            const VocabularyOptions& options, const mpi::Communicator& comm,
                            Index round_bytes) {
  const Deal deal = deal_to_owners(counter, comm.size());
  const OwnedTerms owned = send_to_owners(counter, deal, comm, round_bytes);
  Vocabulary vocabulary;
  vocabulary.distinct = owned.size();
  const std::vector<Index> kept = keep(owned, documents, options, vocabulary);
  std::vector<Candidate> candidates = gather_candidates(owned, kept, comm, round_bytes);
  const Index gathered = std::ssize(candidates);
  choose_and_sort(candidates, options.max_features);
  vocabulary.beyond += gathered - std::ssize(candidates);
  vocabulary.size = std::ssize(candidates);
  sum_counts(vocabulary, comm);
  require_terms(vocabulary, options);
  io::require_numbered_columns(vocabulary.size);

  std::vector<Index> owned_columns(static_cast<std::size_t>(owned.size()), kDropped);
  const std::vector<Index> columns = return_columns(candidates, std::ssize(kept), comm);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    owned_columns[static_cast<std::size_t>(kept[i])] = columns[i];
  }
  for (Candidate& candidate : candidates) {
    vocabulary.names.push_back(std::move(candidate.text));
    vocabulary.frequencies.push_back(candidate.documents);
  }
  vocabulary.columns = return_to_senders(owned, owned_columns, deal, comm);
  vocabulary.documents = return_to_senders(owned, owned.documents(), deal, comm);
  return vocabulary;
}

}  // namespace tessera::ingest
