#include "tessera/io/hdf5_sparse.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tessera/io/broadcast.hpp"
#include "tessera/io/description_json.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5_array.hpp"
#include "tessera/io/hdf5_line_offsets.hpp"
#include "tessera/io/hdf5_names.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_sparse_group.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/available_memory.hpp"

#include "typed_source.hpp"

namespace tessera::io {
namespace hdf5 {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SparseGroup, description, layout, by_rows, entries, chunk)

}  // namespace hdf5

namespace {

/// Entries that are read at a time; also what a piece of Entries holds.
constexpr Index kPieceEntries = Index{1} << 18;

/// The arrays of a sparse group, open on this process alone.
struct OpenArrays {
  hdf5::File file;
  hdf5::Dataset values;
  hdf5::Dataset indices;
  hdf5::Dataset offsets;
};

/// Runs a step and puts file and group in front of the message of its error.
template <class Step>
auto in_group(const MatrixDescription& about, Step&& step) {
  const std::string place = fmt::format("'{}', group '{}'", about.path, about.dataset);
  try {
    return hdf5::with_context("cannot read " + place, step);
  } catch (const InputError& error) {
    throw InputError(place + ": " + error.what());
  }
}

/// A sparse matrix in a group of an HDF5 file.
class Hdf5SparseSource final : public TypedSparseSource<Hdf5SparseSource> {
 public:
  Hdf5SparseSource(hdf5::SparseGroup group, TransferLimits limits)
      : group_(std::move(group)), limits_(limits) {}

  [[nodiscard]] const MatrixDescription& description() const override { return group_.description; }
  [[nodiscard]] MatrixNames read_names(const mpi::Communicator& comm) const override {
    return read_hdf5_names(group_.layout, group_.description, comm);
  }
  template <class Real>
  [[nodiscard]] Entries<Real> read(const mpi::Communicator& comm) const;

 private:
  [[nodiscard]] OpenArrays open_arrays() const;
  [[nodiscard]] Range share(const mpi::Communicator& comm) const;
  [[nodiscard]] Index piece_entries() const {
    return std::clamp<Index>(limits_.slab_bytes / sizeof(Index), 1, kPieceEntries);
  }
  template <class Real>
  [[nodiscard]] Entries<Real> read_share(const OpenArrays& arrays, Range own) const;
  /// Turns indices within lines into positions in the matrix. @throws InputError out of range.
  void place(std::span<Index> indices, Index first_entry, hdf5::LineFinder& lines) const;

  hdf5::SparseGroup group_;
  TransferLimits limits_;
};

/// Each process reads on its own: a serial handle is faster than MPI-IO, and compressed data is no
/// matter for it.
OpenArrays Hdf5SparseSource::open_arrays() const {
  const MatrixDescription& about = group_.description;
  require_readable(about.path);
  OpenArrays arrays;
  arrays.file = hdf5::open_serial(about.path);
  const hdf5::Group group = hdf5::open_group(arrays.file, about.dataset);
  arrays.values = hdf5::open_array(group, hdf5::kValues);
  arrays.indices = hdf5::open_array(group, hdf5::kIndices);
  arrays.offsets = hdf5::open_array(group, hdf5::kOffsets);
  return arrays;
}

/// The stored entries that this process reads: whole chunks, so that each is decompressed once.
Range Hdf5SparseSource::share(const mpi::Communicator& comm) const {
  const Index chunks = (group_.entries + group_.chunk - 1) / group_.chunk;
  const Range own = Partition::even(chunks, comm.size()).part(comm.rank());
  const Index begin = std::min(own.begin * group_.chunk, group_.entries);
  return {begin, std::min(own.end * group_.chunk, group_.entries)};
}

template <class Real>
Entries<Real> Hdf5SparseSource::read(const mpi::Communicator& comm) const {
  const MatrixDescription& about = group_.description;
  const OpenArrays arrays =
      mpi::agree(comm, [&] { return in_group(about, [&] { return open_arrays(); }); });
  // Before any process searches in the offsets, all of them are known to rise.
  mpi::agree(comm, [&] {
    const Range lines = Partition::even(group_.lines(), comm.size()).part(comm.rank());
    in_group(about, [&] {
      hdf5::require_rising_offsets(arrays.offsets, lines, group_.entries, piece_entries());
    });
  });
  const Range own = share(comm);
  mpi::require_memory(
      fmt::format("'{}', group '{}': reading {} entries", about.path, about.dataset,
                  group_.entries),
      static_cast<double>(own.size()) * static_cast<double>(sizeof(Index) + sizeof(Real)), comm);
  return mpi::agree(comm,
                    [&] { return in_group(about, [&] { return read_share<Real>(arrays, own); }); });
}

template <class Real>
Entries<Real> Hdf5SparseSource::read_share(const OpenArrays& arrays, Range own) const {
  Entries<Real> entries;
  if (own.empty()) {
    return entries;
  }
  hdf5::LineFinder lines(arrays.offsets, group_.lines(), own.begin, piece_entries());
  for (Index begin = own.begin; begin < own.end; begin += piece_entries()) {
    const Range range{begin, std::min(begin + piece_entries(), own.end)};
    const auto count = static_cast<std::size_t>(range.size());
    auto& piece = entries.pieces().emplace_back();
    piece.positions.resize(count);
    piece.values.resize(count);
    hdf5::read_array<Index>(arrays.indices, range, piece.positions);
    hdf5::read_array<Real>(arrays.values, range, piece.values);
    place(piece.positions, range.begin, lines);
  }
  return entries;
}

void Hdf5SparseSource::place(std::span<Index> indices, Index first_entry,
                             hdf5::LineFinder& lines) const {
  const Index columns = group_.description.columns;
  const Index length = group_.line_length();
  Index entry = first_entry;
  for (Index& index : indices) {
    const Index line = lines.line_of(entry);
    if (index < 0 || index >= length) {
      const char* const across = group_.by_rows ? "column" : "row";
      throw InputError(fmt::format(
          "entry {} of '{}' is {} {} in {} {}, but {}s are numbered 0 to {}. The file is damaged: "
          "write it again",
          entry, hdf5::kIndices, across, index, group_.by_rows ? "row" : "column", line, across,
          length - 1));
    }
    index = group_.by_rows ? line * columns + index : index * columns + line;
    ++entry;
  }
}

/// On process 0.
std::optional<hdf5::SparseGroup> find_group(const InputOptions& input) {
  require_hdf5(input.path);
  return hdf5::with_context("cannot read '" + input.path + "'", [&] {
    try {
      const hdf5::File file = hdf5::open_serial(input.path);
      auto group = hdf5::find_sparse_group(file, input);
      if (group) {
        require_own_names(group->layout, file, group->description);
      }
      return group;
    } catch (const InputError& error) {
      throw InputError("'" + input.path + "', " + error.what());
    }
  });
}

}  // namespace

std::unique_ptr<SparseSource> open_hdf5_sparse(const InputOptions& input,
                                               const mpi::Communicator& comm,
                                               TransferLimits limits) {
  const std::optional<hdf5::SparseGroup> found =
      mpi::agree(comm, [&] { return comm.rank() == 0 ? find_group(input) : std::nullopt; });
  bool is_sparse = found.has_value();
  broadcast_value(is_sparse, comm);
  if (!is_sparse) {
    return nullptr;
  }
  hdf5::SparseGroup group = found.value_or(hdf5::SparseGroup{});
  broadcast_value(group, comm);
  return std::make_unique<Hdf5SparseSource>(std::move(group), limits);
}

}  // namespace tessera::io
