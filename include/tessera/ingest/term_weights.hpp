#pragma once

#include <vector>

#include "tessera/config/vectorize_options.hpp"
#include "tessera/ingest/term_counter.hpp"
#include "tessera/ingest/vocabulary.hpp"
#include "tessera/io/anndata_writer.hpp"

namespace tessera::ingest {

/// The inverse document frequency of a term that `frequency` of `documents` documents hold. Source:
/// the formulas of scikit-learn's TfidfTransformer; smooth acts as if one more document held every
/// term.
[[nodiscard]] double inverse_document_frequency(InverseDocumentFrequency kind, Index frequency,
                                                Index documents);

/// The rows of this process's documents, each by rising column: counts, ones, or
/// tf · idf with tf = count or 1 + ln(count), then divided by the norm of the row. Computed in
/// double. The range of rows is left for DocumentOrder to say.
/// @param documents of all processes
template <class Real>
[[nodiscard]] io::SparseRows<Real> weigh_documents(const TermCounter& counter,
                                                   const Vocabulary& vocabulary, Index documents,
                                                   const WeightOptions& options);

}  // namespace tessera::ingest
