#include "tessera/app/import_ratings.hpp"

#include <utility>

#include <fmt/format.h>

#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/ingest/rating_matrix.hpp"
#include "tessera/ingest/ratings.hpp"

namespace tessera::app {
namespace {

template <class Real>
void write(const ImportOptions& options, ingest::Ratings ratings, const mpi::Communicator& world) {
  const auto rows = ingest::make_rating_rows<Real>(std::exchange(ratings.own, {}), ratings,
                                                   options.ratings, world);
  const io::AnnDataFile file{options.output,
                             ratings.users,
                             ratings.items,
                             std::move(ratings.names),
                             "",
                             {},  // no labels
                             std::move(ratings.item_ids)};
  io::write_sparse_file(file, rows, world);
  const Index stored = world.sum(std::ssize(rows.values));
  log::info(fmt::format("wrote {} ({} users x {} items, {} ratings)", options.output, file.rows,
                        file.columns, stored));
}

}  // namespace

void import_ratings(const ImportOptions& options, const mpi::Communicator& world) {
  auto ratings = ingest::read_ratings(options.ratings, world);
  if (ratings.skipped > 0) {
    log::warning(fmt::format("left out {} ratings with users or items that '{}' does not have",
                             ratings.skipped, options.ratings.like));
  }
  with_precision(options.run.precision,
                 [&](auto real) { write<decltype(real)>(options, std::move(ratings), world); });
}

}  // namespace tessera::app
