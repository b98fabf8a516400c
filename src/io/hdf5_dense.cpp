#include "tessera/io/hdf5_dense.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tessera/io/broadcast.hpp"
#include "tessera/io/description_json.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/io/hdf5_names.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_transfer.hpp"
#include "tessera/io/tile_router.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/available_memory.hpp"

#include "typed_source.hpp"

namespace tessera::io {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Granule, rows, columns)

namespace hdf5 {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(DenseDataset, description, contiguous, chunk, value_bytes)

}  // namespace hdf5

namespace {

/// A dense 2-D dataset of an HDF5 file.
class Hdf5DenseSource final : public TypedDenseSource<Hdf5DenseSource> {
 public:
  Hdf5DenseSource(hdf5::DenseDataset dataset, TransferLimits limits)
      : dataset_(std::move(dataset)), limits_(limits) {}

  [[nodiscard]] const MatrixDescription& description() const override {
    return dataset_.description;
  }
  [[nodiscard]] MatrixNames read_names(const mpi::Communicator& comm) const override {
    return read_hdf5_names(NameLayout::anndata, dataset_.description, comm);
  }
  template <class Real>
  [[nodiscard]] Matrix<Real> read(const mpi::Communicator& comm,
                                  const std::vector<Rectangle>& wanted) const {
    return dataset_.contiguous ? read_own<Real>(comm, wanted) : read_routed<Real>(comm, wanted);
  }

 private:
  template <class Real>
  [[nodiscard]] Matrix<Real> read_own(const mpi::Communicator& comm,
                                      const std::vector<Rectangle>& wanted) const;
  template <class Real>
  [[nodiscard]] Matrix<Real> read_routed(const mpi::Communicator& comm,
                                         const std::vector<Rectangle>& wanted) const;
  template <class Real>
  [[nodiscard]] Index bytes_per_entry() const {
    return std::max(dataset_.value_bytes, static_cast<Index>(sizeof(Real)));
  }
  [[nodiscard]] Rectangle chunks_around(const std::vector<Rectangle>& wanted) const;
  template <class Real>
  void require_memory_for_tiles(const Rectangle& whole, Index tile_entries,
                                const std::vector<Rectangle>& wanted,
                                const mpi::Communicator& comm) const;
  [[nodiscard]] std::string context() const {
    return "cannot read '" + dataset_.description.path + "', dataset '" +
           dataset_.description.dataset + "'";
  }

  /// Process 0 has described the dataset; this one may find another file under the same name. A
  /// place outside of it would be refused here while others wait in the collective transfer.
  void require_described(hid_t opened) const;

  hdf5::DenseDataset dataset_;
  TransferLimits limits_;
};

void Hdf5DenseSource::require_described(hid_t opened) const {
  const hdf5::Dataspace space(H5Dget_space(opened), "H5Dget_space");
  std::array<hsize_t, 2> shape{};
  const auto& about = dataset_.description;
  if (H5Sget_simple_extent_ndims(space) != 2 ||
      H5Sget_simple_extent_dims(space, shape.data(), nullptr) < 0 ||
      shape[0] != static_cast<hsize_t>(about.rows) ||
      shape[1] != static_cast<hsize_t>(about.columns)) {
    throw InputError(fmt::format(
        "{}: it is {}x{} for process 0, but not for every other one. Is it the same file on all "
        "nodes, and complete?",
        context(), about.rows, about.columns));
  }
}

/// Contiguous storage: every process reads what it wants over MPI-IO.
template <class Real>
Matrix<Real> Hdf5DenseSource::read_own(const mpi::Communicator& comm,
                                       const std::vector<Rectangle>& wanted) const {
  const Rectangle& own = wanted[static_cast<std::size_t>(comm.rank())];
  auto entries =
      mpi::agree(comm, [&] { return Matrix<Real>(own.rows.size(), own.columns.size()); });
  mpi::agree(comm, [&] { require_readable(dataset_.description.path); });
  const auto file = mpi::agree(
      comm, [&] { return hdf5::open_parallel(dataset_.description.path, H5F_ACC_RDONLY, comm); });
  const auto dataset = mpi::agree(comm, [&] {
    auto opened = hdf5::open_dataset(file, dataset_.description.dataset);
    require_described(opened);
    return opened;
  });
  const Index slab_entries = std::max<Index>(1, limits_.slab_bytes / bytes_per_entry<Real>());
  // Whole rows are one run of the file: nothing is gained by exchanging parts of them.
  const bool whole_rows = std::ranges::all_of(wanted, [&](const Rectangle& rectangle) {
    return rectangle.empty() || rectangle.columns.size() == dataset_.description.columns;
  });
  const hdf5::PropertyList transfer =
      whole_rows ? hdf5::independent_transfer() : hdf5::collective_transfer();
  hdf5::with_context(context(), [&] {
    hdf5::read_in_slabs<Real>(dataset, own, entries.view(), slab_entries, transfer, comm);
  });
  return entries;
}

/// Keeps one chunk: a tile is read by one call, which visits every chunk once.
hdf5::PropertyList one_chunk_cache(const hdf5::DenseDataset& dataset) {
  hdf5::prepare_library();
  hdf5::PropertyList access = hdf5::make_property_list(H5P_DATASET_ACCESS);
  const Index bytes = dataset.chunk.rows * dataset.chunk.columns * dataset.value_bytes;
  constexpr std::size_t kSlots = 1;
  constexpr double kDropReadChunksFirst = 1.0;
  hdf5::check(
      H5Pset_chunk_cache(access, kSlots, static_cast<std::size_t>(bytes), kDropReadChunksFirst),
      "H5Pset_chunk_cache");
  return access;
}

/// The smallest rectangle of whole chunks that holds all that is wanted.
Rectangle Hdf5DenseSource::chunks_around(const std::vector<Rectangle>& wanted) const {
  Rectangle around;
  for (const Rectangle& rectangle : wanted) {
    if (around.empty()) {
      around = rectangle;
    } else if (!rectangle.empty()) {
      around.rows = {std::min(around.rows.begin, rectangle.rows.begin),
                     std::max(around.rows.end, rectangle.rows.end)};
      around.columns = {std::min(around.columns.begin, rectangle.columns.begin),
                        std::max(around.columns.end, rectangle.columns.end)};
    }
  }
  const auto widen = [](Range range, Index chunk, Index end) {
    const Index last_chunk = (range.end - 1) / chunk;
    return Range{range.begin / chunk * chunk,
                 last_chunk >= end / chunk ? end : (last_chunk + 1) * chunk};
  };
  const MatrixDescription& about = dataset_.description;
  return around.empty() ? Rectangle{}
                        : Rectangle{widen(around.rows, dataset_.chunk.rows, about.rows),
                                    widen(around.columns, dataset_.chunk.columns, about.columns)};
}

/// What reading by tiles takes: the own entries, the list of tiles, a chunk as HDF5 unpacks it, and
/// a tile, which is at least one chunk, as it is read, sent and received. Chunks that were never
/// written take no room in the file. Collective.
template <class Real>
void Hdf5DenseSource::require_memory_for_tiles(const Rectangle& whole, Index tile_entries,
                                               const std::vector<Rectangle>& wanted,
                                               const mpi::Communicator& comm) const {
  const auto entries = [](const Rectangle& rectangle) {
    return static_cast<double>(rectangle.rows.size()) *
           static_cast<double>(rectangle.columns.size());
  };
  constexpr double kTileCopies = 3;
  const auto real = static_cast<double>(sizeof(Real));
  const double chunk =
      static_cast<double>(dataset_.chunk.rows) * static_cast<double>(dataset_.chunk.columns);
  const double tile = std::max(chunk, static_cast<double>(std::max<Index>(1, tile_entries)));
  const double read_at_once = std::min(tile, entries(whole));
  const double bytes = real * entries(wanted[static_cast<std::size_t>(comm.rank())]) +
                       entries(whole) / tile * static_cast<double>(sizeof(Rectangle)) +
                       chunk * static_cast<double>(dataset_.value_bytes) +
                       kTileCopies * real * read_at_once;
  mpi::require_memory(
      fmt::format("'{}', dataset '{}': reading {}x{} entries in chunks of {}x{}",
                  dataset_.description.path, dataset_.description.dataset, whole.rows.size(),
                  whole.columns.size(), dataset_.chunk.rows, dataset_.chunk.columns),
      bytes, comm);
}

/// Chunked, compressed or compact storage: tiles of whole chunks, each read by one process.
template <class Real>
Matrix<Real> Hdf5DenseSource::read_routed(const mpi::Communicator& comm,
                                          const std::vector<Rectangle>& wanted) const {
  const MatrixDescription& about = dataset_.description;
  const Rectangle whole = chunks_around(wanted);
  // Small matrices are cut finer: all processes share the decompression, and a tile, with the copy
  // of it that is sent, is small beside a process's share.
  constexpr Index kTilesPerProcess = 4;
  const Index part_of_share = whole.size() / (kTilesPerProcess * comm.size()) + 1;
  const Index limit = std::min(limits_.tile_bytes / bytes_per_entry<Real>(), part_of_share);
  require_memory_for_tiles<Real>(whole, limit, wanted, comm);
  const std::vector<Rectangle> tiles = cut(whole, dataset_.chunk, limit);

  // Each process reads on its own here, for which a serial handle is faster than MPI-IO.
  const auto file = mpi::agree(comm, [&] {
    require_readable(about.path);
    return hdf5::with_context(context(), [&] { return hdf5::open_serial(about.path); });
  });
  const auto dataset = mpi::agree(comm, [&] {
    auto opened = hdf5::open_dataset(file, about.dataset, one_chunk_cache(dataset_));
    require_described(opened);
    return opened;
  });
  const ReadTile<Real> read_tile = [&](const Rectangle& tile, MatrixView<Real> entries) {
    hdf5::with_context(context(),
                       [&] { hdf5::read_rectangle<Real>(dataset, tile, entries, H5P_DEFAULT); });
  };
  return read_tiles<Real>(tiles, read_tile, comm, wanted);
}

}  // namespace

std::unique_ptr<MatrixSource> open_hdf5_dense(const InputOptions& input,
                                              const mpi::Communicator& comm,
                                              TransferLimits limits) {
  auto dataset = mpi::agree(
      comm, [&] { return comm.rank() == 0 ? hdf5::describe_dense(input) : hdf5::DenseDataset{}; });
  broadcast_value(dataset, comm);
  return std::make_unique<Hdf5DenseSource>(std::move(dataset), limits);
}

}  // namespace tessera::io
