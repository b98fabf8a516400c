#include "tessera/io/factor_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tessera/io/anndata_table.hpp"
#include "tessera/io/broadcast.hpp"
#include "tessera/io/factor_checksum.hpp"
#include "tessera/io/factor_transfer.hpp"
#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_texts.hpp"
#include "tessera/io/limits.hpp"
#include "tessera/io/model_attributes.hpp"
#include "tessera/io/model_fields.hpp"
#include "tessera/io/parallel_file.hpp"
#include "tessera/mpi/agree.hpp"

#include "model_part.hpp"
#include "phase_table.hpp"
#include "record_json.hpp"
#include "solver_state.hpp"

namespace tessera {

NLOHMANN_JSON_SERIALIZE_ENUM(Precision,
                             {{Precision::float32, "float32"}, {Precision::float64, "float64"}})

}  // namespace tessera

namespace tessera::io {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PhaseCost, phase, min_seconds, mean_seconds, max_seconds)

void to_json(nlohmann::json& json, const ModelInfo& info) {
  for_each_field(info, [&](const char* name, const auto& field) { json[name] = field; });
  json["history"] = info.history;
  json["phases"] = info.phases;
}

void from_json(const nlohmann::json& json, ModelInfo& info) {
  for_each_field(info, [&](const char* name, auto& field) { json.at(name).get_to(field); });
  json.at("history").get_to(info.history);
  json.at("phases").get_to(info.phases);
}

namespace {

constexpr const char* kRowNames = "/row_names";
constexpr const char* kColumnNames = "/column_names";

/// One dataset that all processes write, and the checksum of what it is to hold.
template <class Real>
struct Piece {
  FactorDataset where;
  const Factor<Real>* rows;
  std::uint64_t checksum;
};

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

/// About what names and tables take.
template <class Real>
Index bytes_besides(const ModelContents<Real>& contents) {
  constexpr Index kPlaceOfText = 32;
  Index bytes = static_cast<Index>(sizeof(IterationRecord)) *
                    (std::ssize(contents.info.history) + std::ssize(contents.best_history)) +
                static_cast<Index>(sizeof(PhaseCost)) * std::ssize(contents.info.phases);
  for (const auto* names : {&contents.names.rows, &contents.names.columns}) {
    for (const std::string& name : *names) {
      bytes += kPlaceOfText + std::ssize(name);
    }
  }
  return bytes;
}

/// What process 0 writes before the factors.
template <class Real>
void create_contents(hid_t file, const ModelContents<Real>& contents, const ModelInfo& info,
                     const std::vector<Piece<Real>>& pieces) {
  write_model_attributes(file, info);
  write_history(file, kHistory, info.history);
  write_phases(file, info.phases);
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

void require_shape_of(hid_t file, const std::string& name, Index rows, Index columns) {
  if (shape_for_parallel(file, name) != Extents{rows, columns}) {
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
      require_shape_of(file, kDatasetW.name, read.rows, read.rank);
      require_shape_of(file, kDatasetH.name, read.rank, read.columns);
      read.history = read_history(file, kHistory);
      read.phases = read_phases(file);
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

void scan_factor(Side side, const std::string& path, const ModelInfo& info, Range owned,
                 Index piece_bytes, const FactorVisitor& visit, const mpi::Communicator& comm) {
  const bool of_w = side == Side::w;
  scan_part({path, of_w ? kDatasetW : kDatasetH, of_w ? info.rows : info.columns, owned, info.rank},
            info.precision, piece_bytes, visit, comm);
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
template FactorPair<float> read_factors(const std::string&, const ModelInfo&, Range, Range,
                                        const mpi::Communicator&);
template FactorPair<double> read_factors(const std::string&, const ModelInfo&, Range, Range,
                                         const mpi::Communicator&);
template Factor<float> read_factor_h(const std::string&, const ModelInfo&, Range,
                                     const mpi::Communicator&);
template Factor<double> read_factor_h(const std::string&, const ModelInfo&, Range,
                                      const mpi::Communicator&);

}  // namespace tessera::io
