#include "tessera/ingest/known_ids.hpp"

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/io/anndata_writer.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_texts.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {
namespace {

/// The ids of the columns; none where the file does not tell them apart from names. @throws Error
std::vector<std::string> read_column_ids(const std::string& path, Index columns) {
  if (!io::is_hdf5(path)) {
    return {};
  }
  return io::hdf5::with_context("cannot read '" + path + "'", [&]() -> std::vector<std::string> {
    const auto file = io::hdf5::open_serial(path);
    if (!io::hdf5::find_object(file, io::kColumnIds)) {
      return {};
    }
    const io::hdf5::Texts texts(file, io::kColumnIds);
    if (texts.length() != columns) {
      throw InputError(fmt::format("'{}': {} holds {} ids for {} columns", path, io::kColumnIds,
                                   texts.length(), columns));
    }
    return texts.read();
  });
}

}  // namespace

KnownIds read_known_ids(const std::string& path, const mpi::Communicator& comm) {
  InputOptions input;
  input.path = path;
  const auto source = io::open_matrix(input, comm);
  KnownIds known;
  known.names = source->read_names(comm);
  mpi::on_root(comm, [&] {
    if (known.names.rows.empty() || known.names.columns.empty()) {
      throw InputError(
          fmt::format("'{}' has no names of its rows and columns by which ratings could be "
                      "numbered. Name a file that tessera import --ratings wrote",
                      path));
    }
    known.item_ids = read_column_ids(path, source->description().columns);
  });
  return known;
}

}  // namespace tessera::ingest
