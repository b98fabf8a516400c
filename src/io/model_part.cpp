#include "model_part.hpp"

#include <algorithm>
#include <concepts>

#include <fmt/format.h>

#include "tessera/io/factor_checksum.hpp"
#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/limits.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/available_memory.hpp"

namespace tessera::io {
namespace {

/// @throws InputError unless the file says that the factor has this checksum.
void require_intact(hid_t file, const FactorPart& part, std::uint64_t found) {
  try {
    require_checksum(hdf5::open_dataset(file, part.where.name), part.where.name, found);
  } catch (const InputError& error) {
    throw InputError("'" + part.path + "': " + error.what());
  }
}

/// Reads one factor in its stored precision and compares its checksum. Collective.
template <class Stored>
Factor<Stored> read_and_verify(hid_t file, const FactorPart& part, const mpi::Communicator& comm) {
  mpi::require_memory(fmt::format("'{}': reading {}", part.path, part.where.name),
                      static_cast<double>(part.owned.size()) * static_cast<double>(part.rank) *
                          static_cast<double>(sizeof(Stored)),
                      comm);
  auto factor =
      mpi::agree(comm, [&] { return Factor<Stored>(part.global_rows, part.owned, part.rank); });
  read_factor(file, part.where, factor, TransferLimits{}.slab_bytes, comm);
  const std::uint64_t found = checksum(factor, comm);
  mpi::agree(comm, [&] { require_intact(file, part, found); });
  return factor;
}

template <class Real, class Stored>
Factor<Real> convert(Factor<Stored>&& factor) {
  if constexpr (std::same_as<Real, Stored>) {
    return std::move(factor);
  } else {
    Factor<Real> result(factor.global_rows, factor.owned, factor.rank());
    std::ranges::transform(factor.piece.span(), result.piece.span().begin(),
                           [](Stored value) { return static_cast<Real>(value); });
    return result;
  }
}

/// Reads a factor piece by piece, equally many on all processes. Collective.
template <class Stored>
void scan(hid_t file, const FactorPart& part, Index piece_bytes, const FactorVisitor& visit,
          const mpi::Communicator& comm) {
  const Index piece_rows =
      std::max<Index>(1, piece_bytes / (part.rank * static_cast<Index>(sizeof(Stored))));
  const Index pieces = comm.max((part.owned.size() + piece_rows - 1) / piece_rows);
  std::uint64_t found = 0;
  for (Index at = 0; at < pieces; ++at) {
    const Index begin = std::min(part.owned.begin + at * piece_rows, part.owned.end);
    const Range rows{begin, std::min(begin + piece_rows, part.owned.end)};
    auto piece =
        mpi::agree(comm, [&] { return Factor<Stored>(part.global_rows, rows, part.rank); });
    read_factor(file, part.where, piece, TransferLimits{}.slab_bytes, comm);
    found += checksum(piece, comm);
    mpi::agree(comm, [&] { visit(convert<double>(std::move(piece))); });
  }
  mpi::agree(comm, [&] { require_intact(file, part, found); });
}

}  // namespace

Extents shape_for_parallel(hid_t file, const std::string& name) {
  const hdf5::Dataset dataset = hdf5::open_dataset(file, name);
  if (hdf5::is_virtual(dataset)) {
    throw InputError(
        fmt::format("{} is a virtual dataset, which cannot be read in parallel. Copy its values: "
                    "h5repack -l CONTI OLD.h5 NEW.h5",
                    name));
  }
  const hdf5::Dataspace space(H5Dget_space(dataset), "H5Dget_space");
  std::array<hsize_t, 2> shape{};
  if (H5Sget_simple_extent_ndims(space) != 2 ||
      H5Sget_simple_extent_dims(space, shape.data(), nullptr) < 0) {
    throw InputError(fmt::format("{} does not have two dimensions", name));
  }
  return {static_cast<Index>(shape[0]), static_cast<Index>(shape[1])};
}

void require_checksum(hid_t dataset, const std::string& name, std::uint64_t found) {
  const auto expected = hdf5::read_number_attribute<std::uint64_t>(dataset, kChecksumAttribute);
  if (found != expected) {
    throw InputError(
        fmt::format("the values of {} are damaged: their checksum is {:016x}, but {:016x} was "
                    "written. Restore the file or compute it again",
                    name, found, expected));
  }
}

template <class Real>
Factor<Real> read_part(const FactorPart& part, Precision stored, const mpi::Communicator& comm) {
  mpi::agree(comm, [&] { require_readable(part.path); });
  const auto file =
      mpi::agree(comm, [&] { return hdf5::open_parallel(part.path, H5F_ACC_RDONLY, comm); });
  return stored == Precision::float32 ? convert<Real>(read_and_verify<float>(file, part, comm))
                                      : convert<Real>(read_and_verify<double>(file, part, comm));
}

void scan_part(const FactorPart& part, Precision stored, Index piece_bytes,
               const FactorVisitor& visit, const mpi::Communicator& comm) {
  mpi::agree(comm, [&] { require_readable(part.path); });
  const auto file =
      mpi::agree(comm, [&] { return hdf5::open_parallel(part.path, H5F_ACC_RDONLY, comm); });
  stored == Precision::float32 ? scan<float>(file, part, piece_bytes, visit, comm)
                               : scan<double>(file, part, piece_bytes, visit, comm);
}

template Factor<float> read_part(const FactorPart&, Precision, const mpi::Communicator&);
template Factor<double> read_part(const FactorPart&, Precision, const mpi::Communicator&);

}  // namespace tessera::io
