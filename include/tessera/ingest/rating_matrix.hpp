#pragma once

#include <string>

#include "tessera/ingest/ratings.hpp"
#include "tessera/io/anndata_writer.hpp"

namespace tessera::ingest {

/// Sends every rating to the process that has its user, rows being cut evenly, in bounded pieces,
/// and compresses them by rows. Of several ratings of an item by a user the last by time, then by
/// line, is kept, or they are added up in the order of the file: the same on any number of
/// processes. Collective.
/// @throws mpi::AgreedError (code input) that names the lowest line that repeats another, if that
/// is an error, or a sum or rating that Real cannot hold.
template <class Real>
[[nodiscard]] io::SparseRows<Real> make_rating_rows(RatingList own, const Ratings& shape,
                                                    const RatingImportOptions& options,
                                                    const mpi::Communicator& comm);

}  // namespace tessera::ingest
