#include "tessera/ingest/term_weights.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>

namespace tessera::ingest {
namespace {

/// The terms of this process that are kept, in the order of their columns: with the place of a term
/// among them, rows are sorted by numbers of 32 bits.
struct SortedTerms {
  std::vector<std::uint32_t> places;  ///< of each term of the process; kNoPlace: dropped
  std::vector<std::int32_t> columns;  ///< at each place
  std::vector<double> factors;        ///< inverse document frequency at each place
};

constexpr std::uint32_t kNoPlace = 0xffffffffU;

SortedTerms sort_terms(const Vocabulary& vocabulary, Index documents,
                       const WeightOptions& options) {
  std::vector<std::uint32_t> kept;
  for (std::size_t term = 0; term < vocabulary.columns.size(); ++term) {
    if (vocabulary.columns[term] != kDropped) {
      kept.push_back(static_cast<std::uint32_t>(term));
    }
  }
  std::ranges::sort(kept, {}, [&](std::uint32_t term) { return vocabulary.columns[term]; });
  SortedTerms sorted;
  sorted.places.assign(vocabulary.columns.size(), kNoPlace);
  for (const std::uint32_t term : kept) {
    sorted.places[term] = static_cast<std::uint32_t>(sorted.columns.size());
    sorted.columns.push_back(static_cast<std::int32_t>(vocabulary.columns[term]));
    sorted.factors.push_back(
        options.weights == TermWeights::tfidf
            ? inverse_document_frequency(options.idf, vocabulary.documents[term], documents)
            : 1.0);
  }
  return sorted;
}

/// Sorts the terms of a document by place, byte by byte from the lowest on; short documents
/// by comparing.
class PlaceSorter {
 public:
  /// Keys are a place and, in the lower 32 bits, a count.
  explicit PlaceSorter(std::size_t places)
      : bytes_((static_cast<int>(std::bit_width(places)) + 7) / 8) {}

  void sort(std::vector<std::uint64_t>& keys) {
    constexpr std::size_t kFewKeys = 64;
    if (keys.size() < kFewKeys) {
      std::ranges::sort(keys);
      return;
    }
    sorted_.resize(keys.size());
    for (int byte = 0; byte < bytes_; ++byte) {
      const auto digit = [shift = 32 + 8 * byte](std::uint64_t key) {
        return key >> shift & 0xffU;
      };
      std::array<std::uint32_t, 257> begins{};
      for (const std::uint64_t key : keys) {
        ++begins[digit(key) + 1];
      }
      std::partial_sum(begins.begin(), begins.end(), begins.begin());
      for (const std::uint64_t key : keys) {
        sorted_[begins[digit(key)]++] = key;
      }
      keys.swap(sorted_);
    }
  }

 private:
  int bytes_;  ///< of a place
  std::vector<std::uint64_t> sorted_;
};

double term_frequency(std::uint32_t count, const WeightOptions& options) {
  if (options.weights == TermWeights::binary) {
    return 1;
  }
  return options.sublinear_tf ? 1 + std::log(count) : count;
}

/// Divides the weights of a document by their norm, unless it is 0.
void normalize(std::span<double> weights, DocumentNorm norm) {
  double sum = 0;
  for (const double weight : weights) {
    sum += norm == DocumentNorm::l2 ? weight * weight : weight;
  }
  if (norm == DocumentNorm::none || sum == 0) {
    return;
  }
  const double length = norm == DocumentNorm::l2 ? std::sqrt(sum) : sum;
  std::ranges::for_each(weights, [&](double& weight) { weight /= length; });
}

}  // namespace

double inverse_document_frequency(InverseDocumentFrequency kind, Index frequency, Index documents) {
  const auto df = static_cast<double>(frequency);
  const auto m = static_cast<double>(documents);
  switch (kind) {
    case InverseDocumentFrequency::smooth:
      return std::log((1 + m) / (1 + df)) + 1;
    case InverseDocumentFrequency::plain:
      return std::log(m / df) + 1;
    case InverseDocumentFrequency::none:
      break;
  }
  return 1;
}

template <class Real>
io::SparseRows<Real> weigh_documents(const TermCounter& counter, const Vocabulary& vocabulary,
                                     Index documents, const WeightOptions& options) {
  const SortedTerms terms = sort_terms(vocabulary, documents, options);
  io::SparseRows<Real> rows;
  rows.offsets.push_back(0);
  rows.columns.reserve(static_cast<std::size_t>(counter.entries()));
  rows.values.reserve(static_cast<std::size_t>(counter.entries()));
  PlaceSorter sorter(terms.columns.size());
  std::vector<std::uint64_t> keys;  // place, then count
  std::vector<std::int32_t> columns;
  std::vector<double> weights;
  for (Index document = 0; document < counter.documents(); ++document) {
    keys.clear();
    for (const auto [term, count] : counter.document(document)) {
      if (terms.places[term] != kNoPlace) {
        keys.push_back(std::uint64_t{terms.places[term]} << 32U | count);
      }
    }
    sorter.sort(keys);
    columns.resize(keys.size());
    weights.resize(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto place = static_cast<std::size_t>(keys[i] >> 32U);
      const auto count = static_cast<std::uint32_t>(keys[i]);
      columns[i] = terms.columns[place];
      weights[i] = term_frequency(count, options) * terms.factors[place];
    }
    normalize(weights, options.chosen_norm());
    rows.columns.insert(rows.columns.end(), columns.begin(), columns.end());
    rows.values.insert(rows.values.end(), weights.begin(), weights.end());
    rows.offsets.push_back(std::ssize(rows.values));
  }
  return rows;
}

template io::SparseRows<float> weigh_documents(const TermCounter&, const Vocabulary&, Index,
                                               const WeightOptions&);
template io::SparseRows<double> weigh_documents(const TermCounter&, const Vocabulary&, Index,
                                                const WeightOptions&);

}  // namespace tessera::ingest
