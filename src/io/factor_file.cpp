#include "tessera/io/factor_file.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "tessera/io/anndata_table.hpp"
#include "tessera/io/broadcast.hpp"
#include "tessera/io/factor_checksum.hpp"
#include "tessera/io/factor_transfer.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_texts.hpp"
#include "tessera/io/limits.hpp"
#include "tessera/io/model_attributes.hpp"
#include "tessera/io/model_fields.hpp"
#include "tessera/io/parallel_file.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/available_memory.hpp"

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
constexpr const char* kBestHistory = "/solver/best_history";
constexpr const char* kRowNames = "/row_names";
constexpr const char* kColumnNames = "/column_names";

/// One dataset that all processes write, and the checksum of what it is to hold.
template <class Real>
struct Piece {
  FactorDataset where;
  const Factor<Real>* rows;
  std::uint64_t checksum;
};

const char* group_of(Side side) { return side == Side::w ? "/solver/w" : "/solver/h"; }

/// Where the rows of a solver's state lie: never transposed.
FactorDataset dataset_of(Side side, const std::string& name) {
  return {fmt::format("{}/{}", group_of(side), name), false};
}

template <class Real>
std::vector<Piece<Real>> list_pieces(const ModelContents<Real>& contents,
                                     const mpi::Communicator& comm) {
  std::vector<Piece<Real>> pieces = {{kDatasetW, &contents.w, checksum(contents.w, comm)},
                                     {kDatasetH, &contents.h, checksum(contents.h, comm)}};
  if (contents.state != nullptr) {
    for (const auto& part : contents.state->parts()) {
      pieces.push_back({dataset_of(part.side, part.name), part.rows, checksum(*part.rows, comm)});
    }
  }
  return pieces;
}

template <class Real>
Index bytes_of(const std::vector<Piece<Real>>& pieces) {
  Index bytes = 0;
  for (const auto& piece : pieces) {
    bytes += piece.rows->global_rows * piece.rows->rank() * static_cast<Index>(sizeof(Real));
  }
  return bytes;
}

/// About what names and histories take.
template <class Real>
Index bytes_besides(const ModelContents<Real>& contents) {
  constexpr Index kPlaceOfText = 32;
  Index bytes = static_cast<Index>(sizeof(IterationRecord)) *
                (std::ssize(contents.info.history) + std::ssize(contents.best_history));
  for (const auto* names : {&contents.names.rows, &contents.names.columns}) {
    for (const std::string& name : *names) {
      bytes += kPlaceOfText + std::ssize(name);
    }
  }
  return bytes;
}

void create_group(hid_t file, const char* name) {
  const hdf5::Group group(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                          "H5Gcreate2");
}

/// The solver's state but for the rows that all processes write.
template <class Real>
void create_solver_group(hid_t file, const ModelContents<Real>& contents, const ModelInfo& info) {
  create_group(file, kSolverGroup);
  const hdf5::Group solver(H5Gopen2(file, kSolverGroup, H5P_DEFAULT), "H5Gopen2");
  hdf5::write_attribute(solver, "iteration", info.iterations);
  hdf5::write_attribute(solver, "seed", info.seed);
  if (contents.state == nullptr) {
    return;
  }
  create_group(file, group_of(Side::w));
  create_group(file, group_of(Side::h));
  for (const auto& [name, number] : contents.state->numbers()) {
    if (name != "iteration") {
      hdf5::write_attribute(solver, name, number);
    }
  }
  if (!contents.best_history.empty()) {
    write_history(file, kBestHistory, contents.best_history);
  }
}

/// What process 0 writes before the factors.
template <class Real>
void create_contents(hid_t file, const ModelContents<Real>& contents, const ModelInfo& info,
                     const std::vector<Piece<Real>>& pieces) {
  write_model_attributes(file, info);
  write_history(file, kHistory, info.history);
  hdf5::write_texts(file, kRowNames, contents.names.rows);
  hdf5::write_texts(file, kColumnNames, contents.names.columns);
  create_solver_group(file, contents, info);
  for (const auto& [where, rows, sum] : pieces) {
    const Index m = rows->global_rows;
    const Index k = rows->rank();
    const auto dataset = create_contiguous_dataset<Real>(file, where.name, where.transposed ? k : m,
                                                         where.transposed ? m : k);
    hdf5::write_attribute(dataset, kChecksumAttribute, sum);
  }
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

/// Opens a dataset that all processes will read. @throws InputError if they cannot.
hdf5::Dataset open_for_parallel(hid_t file, const std::string& name) {
  hdf5::Dataset dataset = hdf5::open_dataset(file, name);
  if (hdf5::is_virtual(dataset)) {
    throw InputError(
        fmt::format("{} is a virtual dataset, which cannot be read in parallel. Copy its values: "
                    "h5repack -l CONTI OLD.h5 NEW.h5",
                    name));
  }
  return dataset;
}

void require_dataset_shape(hid_t file, const std::string& name, Index rows, Index columns) {
  const hdf5::Dataset dataset = open_for_parallel(file, name);
  const hdf5::Dataspace space(H5Dget_space(dataset), "H5Dget_space");
  std::array<hsize_t, 2> shape{};
  if (H5Sget_simple_extent_ndims(space) != 2 ||
      H5Sget_simple_extent_dims(space, shape.data(), nullptr) < 0 ||
      shape[0] != static_cast<hsize_t>(rows) || shape[1] != static_cast<hsize_t>(columns)) {
    throw InputError(fmt::format("{} does not have the shape {}x{} that the attributes give", name,
                                 rows, columns));
  }
}

/// The names in a dataset, which must be as many as an attribute says; none if it is absent.
std::vector<std::string> read_names(hid_t file, const char* path, const char* count_attribute) {
  const auto texts = hdf5::find_table_index(file, path);
  if (!texts) {
    return {};
  }
  const auto expected = hdf5::read_number_attribute<std::int64_t>(file, count_attribute);
  if (texts->length() != expected) {
    throw InputError(fmt::format("{} holds {} names for {} {}: it is damaged", path,
                                 texts->length(), expected, count_attribute));
  }
  return texts->read();
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
  mpi::require_memory(fmt::format("'{}': reading {}", part.path, part.where.name),
                      static_cast<double>(part.owned.size()) * static_cast<double>(part.rank) *
                          static_cast<double>(sizeof(Stored)),
                      comm);
  auto factor =
      mpi::agree(comm, [&] { return Factor<Stored>(part.global_rows, part.owned, part.rank); });
  read_factor(file, part.where, factor, TransferLimits{}.slab_bytes, comm);
  const std::uint64_t found = checksum(factor, comm);
  mpi::agree(comm, [&] {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, part.where.name);
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

/// What a checkpoint says of its solver's state, before its rows are read.
struct SolverContents {
  struct Part {
    Side side = Side::w;
    std::string name;
    Index width = 0;
  };
  std::vector<Part> parts;
  std::map<std::string, double> numbers;
  std::vector<IterationRecord> best_history;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SolverContents::Part, side, name, width)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SolverContents, parts, numbers, best_history)

/// The columns of a 2-D dataset, which must have so many rows and no more columns than `most`.
Index width_of(hid_t file, const std::string& name, Index rows, Index most) {
  const hdf5::Dataset dataset = open_for_parallel(file, name);
  const hdf5::Dataspace space(H5Dget_space(dataset), "H5Dget_space");
  std::array<hsize_t, 2> shape{};
  if (H5Sget_simple_extent_ndims(space) != 2 ||
      H5Sget_simple_extent_dims(space, shape.data(), nullptr) < 0 ||
      shape[0] != static_cast<hsize_t>(rows) || shape[1] < 1 ||
      shape[1] > static_cast<hsize_t>(most)) {
    throw InputError(fmt::format("{} does not have {} rows of up to {} numbers", name, rows, most));
  }
  return static_cast<Index>(shape[1]);
}

std::vector<std::string> names_in(hid_t group) {
  H5G_info_t about{};
  hdf5::check(H5Gget_info(group, &about), "H5Gget_info");
  std::vector<std::string> names;
  for (hsize_t at = 0; at < about.nlinks; ++at) {
    const auto link = [&](char* text, std::size_t size) {
      return hdf5::check(
          H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, at, text, size, H5P_DEFAULT),
          "H5Lget_name_by_idx");
    };
    std::string name(static_cast<std::size_t>(link(nullptr, 0)), '\0');
    link(name.data(), name.size() + 1);
    names.push_back(std::move(name));
  }
  return names;
}

std::map<std::string, double> numbers_of(hid_t object) {
  H5O_info_t about{};
  hdf5::check(H5Oget_info2(object, &about, H5O_INFO_NUM_ATTRS), "H5Oget_info2");
  std::map<std::string, double> numbers;
  for (hsize_t at = 0; at < about.num_attrs; ++at) {
    const hdf5::Attribute attribute(
        H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, at, H5P_DEFAULT, H5P_DEFAULT),
        "H5Aopen_by_idx");
    std::string name(
        static_cast<std::size_t>(hdf5::check(H5Aget_name(attribute, 0, nullptr), "H5Aget_name")),
        '\0');
    hdf5::check(H5Aget_name(attribute, name.size() + 1, name.data()), "H5Aget_name");
    numbers[name] = hdf5::read_number_attribute<double>(object, name);
  }
  return numbers;
}

SolverContents list_solver_contents(hid_t file, const ModelInfo& info) {
  const hdf5::Group solver = hdf5::open_group(file, kSolverGroup);
  if (H5Lexists(file, group_of(Side::w), H5P_DEFAULT) <= 0 ||
      H5Lexists(file, group_of(Side::h), H5P_DEFAULT) <= 0) {
    throw InputError(
        "it is a finished result, not a checkpoint of a run. To start another run from its "
        "factors, give --init file:PATH");
  }
  SolverContents contents;
  contents.numbers = numbers_of(solver);
  for (const auto& [side, rows] :
       {std::pair(Side::w, info.rows), std::pair(Side::h, info.columns)}) {
    const hdf5::Group group = hdf5::open_group(file, group_of(side));
    for (const std::string& name : names_in(group)) {
      const std::string path = dataset_of(side, name).name;
      contents.parts.push_back({side, name, width_of(file, path, rows, info.rank)});
    }
  }
  if (H5Lexists(file, kBestHistory, H5P_DEFAULT) > 0) {
    contents.best_history = read_history(file, kBestHistory);
  }
  return contents;
}

}  // namespace

template <class Real>
void write_factor_file(const std::string& path, const ModelContents<Real>& contents,
                       const mpi::Communicator& comm) {
  ModelInfo stored = contents.info;
  stored.rows = contents.w.global_rows;
  stored.columns = contents.h.global_rows;
  stored.rank = contents.w.rank();
  stored.precision = std::same_as<Real, float> ? Precision::float32 : Precision::float64;
  const auto pieces = list_pieces(contents, comm);
  write_parallel_file({path, bytes_of(pieces) + bytes_besides(contents),
                       [&](hid_t file) { create_contents(file, contents, stored, pieces); },
                       [&](hid_t file) {
                         for (const auto& piece : pieces) {
                           write_factor(file, piece.where, *piece.rows, TransferLimits{}.slab_bytes,
                                        comm);
                         }
                       },
                       contents.before_commit},
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
      read.history = read_history(file, kHistory);
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

template <class Real>
StoredState<Real> read_solver_state(const std::string& path, const ModelInfo& info,
                                    const mpi::Communicator& comm) {
  SolverContents contents = mpi::agree(comm, [&] {
    return comm.rank() == 0
               ? with_model_file(path, [&](hid_t file) { return list_solver_contents(file, info); })
               : SolverContents{};
  });
  broadcast_value(contents, comm);
  StoredState<Real> stored;
  stored.best_history = std::move(contents.best_history);
  for (const auto& [name, number] : contents.numbers) {
    stored.snapshot.note(name, number);
  }
  for (const auto& [side, name, width] : contents.parts) {
    const Index global_rows = side == Side::w ? info.rows : info.columns;
    const Range own = Partition::even(global_rows, comm.size()).part(comm.rank());
    stored.snapshot.keep(side, name,
                         read_part<Real>({path, dataset_of(side, name), global_rows, own, width},
                                         info.precision, comm));
  }
  return stored;
}

MatrixNames read_model_names(const std::string& path, const mpi::Communicator& comm) {
  return mpi::agree(comm, [&] {
    if (comm.rank() != 0) {
      return MatrixNames{};
    }
    return with_model_file(path, [](hid_t file) {
      return MatrixNames{read_names(file, kRowNames, "rows"),
                         read_names(file, kColumnNames, "columns")};
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

template void write_factor_file(const std::string&, const ModelContents<float>&,
                                const mpi::Communicator&);
template void write_factor_file(const std::string&, const ModelContents<double>&,
                                const mpi::Communicator&);
template StoredState<float> read_solver_state(const std::string&, const ModelInfo&,
                                              const mpi::Communicator&);
template StoredState<double> read_solver_state(const std::string&, const ModelInfo&,
                                               const mpi::Communicator&);
template FactorPair<float> read_factors(const std::string&, const ModelInfo&, Range, Range,
                                        const mpi::Communicator&);
template FactorPair<double> read_factors(const std::string&, const ModelInfo&, Range, Range,
                                         const mpi::Communicator&);
template Factor<float> read_factor_h(const std::string&, const ModelInfo&, Range,
                                     const mpi::Communicator&);
template Factor<double> read_factor_h(const std::string&, const ModelInfo&, Range,
                                      const mpi::Communicator&);

}  // namespace tessera::io
