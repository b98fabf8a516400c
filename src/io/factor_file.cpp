#include "tessera/io/factor_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tessera/io/anndata_table.hpp"
#include "tessera/io/broadcast.hpp"
#include "tessera/io/factor_checksum.hpp"
#include "tessera/io/factor_transfer.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_names.hpp"
#include "tessera/io/limits.hpp"
#include "tessera/io/model_attributes.hpp"
#include "tessera/io/model_fields.hpp"
#include "tessera/io/parallel_file.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera {

NLOHMANN_JSON_SERIALIZE_ENUM(Precision,
                             {{Precision::float32, "float32"}, {Precision::float64, "float64"}})

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(IterationRecord, iteration, seconds, loss, relative_error,
                                   kkt_residual, held_out_rmse, held_out_mae, held_out_kl)

}  // namespace tessera

namespace tessera::io {

void to_json(nlohmann::json& json, const ModelInfo& info) {
  for_each_field(info, [&](const char* name, const auto& field) { json[name] = field; });
  json["history"] = info.history;
}

void from_json(const nlohmann::json& json, ModelInfo& info) {
  for_each_field(info, [&](const char* name, auto& field) { json.at(name).get_to(field); });
  json.at("history").get_to(info.history);
}

namespace {

constexpr const char* kChecksumAttribute = "checksum_crc32c_sum";
constexpr const char* kSolverGroup = "/solver";
constexpr const char* kRowNames = "/row_names";
constexpr const char* kColumnNames = "/column_names";

/// What process 0 writes before the factors.
template <class Real>
void create_contents(hid_t file, const ModelInfo& info, const MatrixNames& names,
                     std::uint64_t checksum_w, std::uint64_t checksum_h) {
  const auto w = create_contiguous_dataset<Real>(file, kDatasetW.name, info.rows, info.rank);
  hdf5::write_attribute(w, kChecksumAttribute, checksum_w);
  const auto h = create_contiguous_dataset<Real>(file, kDatasetH.name, info.rank, info.columns);
  hdf5::write_attribute(h, kChecksumAttribute, checksum_h);
  write_model_attributes(file, info);
  write_history(file, info.history);
  hdf5::write_texts(file, kRowNames, names.rows);
  hdf5::write_texts(file, kColumnNames, names.columns);
  const hdf5::Group solver(H5Gcreate2(file, kSolverGroup, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                           "H5Gcreate2");
  hdf5::write_attribute(solver, "iteration", info.iterations);
  hdf5::write_attribute(solver, "seed", info.seed);
}

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

void require_dataset_shape(hid_t file, const char* name, Index rows, Index columns) {
  const hdf5::Dataset dataset(H5Dopen2(file, name, H5P_DEFAULT), "H5Dopen2");
  const hdf5::Dataspace space(H5Dget_space(dataset), "H5Dget_space");
  std::array<hsize_t, 2> shape{};
  if (H5Sget_simple_extent_ndims(space) != 2 ||
      H5Sget_simple_extent_dims(space, shape.data(), nullptr) < 0 ||
      shape[0] != static_cast<hsize_t>(rows) || shape[1] != static_cast<hsize_t>(columns)) {
    throw InputError(fmt::format("{} does not have the shape {}x{} that the attributes give", name,
                                 rows, columns));
  }
}

/// One factor of a result file, and the part of it that this process wants.
struct FactorPart {
  const std::string& path;
  FactorDataset where;
  Index global_rows;
  Range owned;
  Index rank;
};

/// Reads one factor in its stored precision and compares its checksum. Collective.
template <class Stored>
Factor<Stored> read_and_verify(hid_t file, const FactorPart& part, const mpi::Communicator& comm) {
  auto factor =
      mpi::agree(comm, [&] { return Factor<Stored>(part.global_rows, part.owned, part.rank); });
  read_factor(file, part.where, factor, TransferLimits{}.slab_bytes, comm);
  const std::uint64_t found = checksum(factor, comm);
  mpi::agree(comm, [&] {
    const hdf5::Dataset dataset(H5Dopen2(file, part.where.name, H5P_DEFAULT), "H5Dopen2");
    const auto expected = hdf5::read_number_attribute<std::uint64_t>(dataset, kChecksumAttribute);
    if (found != expected) {
      throw InputError(
          fmt::format("'{}': the values of {} are damaged: their checksum is {:016x}, "
                      "but {:016x} was written. Restore the file or compute it again",
                      part.path, part.where.name, found, expected));
    }
  });
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

template <class Real>
Factor<Real> read_part(const FactorPart& part, Precision stored, const mpi::Communicator& comm) {
  mpi::agree(comm, [&] { require_readable(part.path); });
  const auto file =
      mpi::agree(comm, [&] { return hdf5::open_parallel(part.path, H5F_ACC_RDONLY, comm); });
  return stored == Precision::float32 ? convert<Real>(read_and_verify<float>(file, part, comm))
                                      : convert<Real>(read_and_verify<double>(file, part, comm));
}

}  // namespace

template <class Real>
void write_factor_file(const std::string& path, const FactorPair<Real>& factors,
                       const ModelInfo& info, const MatrixNames& names,
                       const mpi::Communicator& comm) {
  ModelInfo stored = info;
  stored.rows = factors.w.global_rows;
  stored.columns = factors.h.global_rows;
  stored.rank = factors.rank();
  stored.precision = std::same_as<Real, float> ? Precision::float32 : Precision::float64;
  const std::uint64_t checksum_w = checksum(factors.w, comm);
  const std::uint64_t checksum_h = checksum(factors.h, comm);
  const Index slab_bytes = TransferLimits{}.slab_bytes;
  write_parallel_file(
      {path, (stored.rows + stored.columns) * stored.rank * static_cast<Index>(sizeof(Real)),
       [&](hid_t file) { create_contents<Real>(file, stored, names, checksum_w, checksum_h); },
       [&](hid_t file) {
         write_factor(file, kDatasetW, factors.w, slab_bytes, comm);
         write_factor(file, kDatasetH, factors.h, slab_bytes, comm);
       }},
      comm);
}

ModelInfo read_model_info(const std::string& path, const mpi::Communicator& comm) {
  ModelInfo info = mpi::agree(comm, [&] {
    if (comm.rank() != 0) {
      return ModelInfo{};
    }
    return with_model_file(path, [](hid_t file) {
      ModelInfo read = read_model_attributes(file);
      require_dataset_shape(file, kDatasetW.name, read.rows, read.rank);
      require_dataset_shape(file, kDatasetH.name, read.rank, read.columns);
      read.history = read_history(file);
      return read;
    });
  });
  broadcast_value(info, comm);
  return info;
}

template <class Real>
FactorPair<Real> read_factors(const std::string& path, const ModelInfo& info, Range w_rows,
                              Range h_columns, const mpi::Communicator& comm) {
  auto w = read_part<Real>({path, kDatasetW, info.rows, w_rows, info.rank}, info.precision, comm);
  return {std::move(w), read_factor_h<Real>(path, info, h_columns, comm)};
}

template <class Real>
Factor<Real> read_factor_h(const std::string& path, const ModelInfo& info, Range columns,
                           const mpi::Communicator& comm) {
  return read_part<Real>({path, kDatasetH, info.columns, columns, info.rank}, info.precision, comm);
}

MatrixNames read_model_names(const std::string& path, const mpi::Communicator& comm) {
  return mpi::agree(comm, [&] {
    if (comm.rank() != 0) {
      return MatrixNames{};
    }
    return with_model_file(path, [](hid_t file) {
      MatrixNames names;
      names.rows = hdf5::read_table_index(file, kRowNames);
      names.columns = hdf5::read_table_index(file, kColumnNames);
      return names;
    });
  });
}

bool is_factor_file(const std::string& path, const mpi::Communicator& comm) {
  int answer = 0;
  if (comm.rank() == 0) {
    try {
      with_model_file(path, [](hid_t file) { require_model_mark(file); });
      answer = 1;
    } catch (const Error&) {
      answer = 0;  // whatever it is, reading it as a matrix will tell
    }
  }
  comm.broadcast(std::span(&answer, 1), 0);
  return answer != 0;
}

template void write_factor_file(const std::string&, const FactorPair<float>&, const ModelInfo&,
                                const MatrixNames&, const mpi::Communicator&);
template void write_factor_file(const std::string&, const FactorPair<double>&, const ModelInfo&,
                                const MatrixNames&, const mpi::Communicator&);
template FactorPair<float> read_factors(const std::string&, const ModelInfo&, Range, Range,
                                        const mpi::Communicator&);
template FactorPair<double> read_factors(const std::string&, const ModelInfo&, Range, Range,
                                         const mpi::Communicator&);
template Factor<float> read_factor_h(const std::string&, const ModelInfo&, Range,
                                     const mpi::Communicator&);
template Factor<double> read_factor_h(const std::string&, const ModelInfo&, Range,
                                      const mpi::Communicator&);

}  // namespace tessera::io
