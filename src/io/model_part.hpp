#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "tessera/config/options.hpp"
#include "tessera/core/error.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/io/factor_transfer.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

/// Reading the distributed datasets of a result file.
namespace tessera::io {

/// Of every dataset that all processes write.
inline constexpr const char* kChecksumAttribute = "checksum_crc32c_sum";

/// Opens a result file on process 0 and runs step(file) there. @throws InputError, IoError that
/// name the file.
template <class Step>
auto with_model_file(const std::string& path, Step&& step) {
  require_hdf5(path);
  return hdf5::with_context("cannot read '" + path + "'", [&] {
    const hdf5::File file = hdf5::open_serial(path);
    try {
      return step(file);
    } catch (const InputError& error) {
      throw InputError("'" + path + "': " + error.what());
    }
  });
}

using Extents = std::pair<Index, Index>;

/// Rows and columns of a 2-D dataset that all processes will read. @throws InputError if they
/// cannot, or if it is not 2-D.
[[nodiscard]] Extents shape_for_parallel(hid_t file, const std::string& name);

/// Compares the checksum of a dataset's values with the one that was written with it.
/// @throws InputError if they differ.
void require_checksum(hid_t dataset, const std::string& name, std::uint64_t found);

/// One factor of a result file, and the part of it that this process wants.
struct FactorPart {
  const std::string& path;
  FactorDataset where;
  Index global_rows;
  Range owned;
  Index rank;
};

/// Reads it, and compares its checksum. Collective; @throws mpi::AgreedError.
template <class Real>
[[nodiscard]] Factor<Real> read_part(const FactorPart& part, Precision stored,
                                     const mpi::Communicator& comm);

/// Reads it piece by piece: see scan_factor(). Collective; @throws mpi::AgreedError.
void scan_part(const FactorPart& part, Precision stored, Index piece_bytes,
               const FactorVisitor& visit, const mpi::Communicator& comm);

}  // namespace tessera::io
