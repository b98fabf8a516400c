#include "tessera/io/result_anndata.hpp"

#include <concepts>
#include <type_traits>

#include "tessera/config/choices.hpp"
#include "tessera/io/anndata_table.hpp"
#include "tessera/io/hdf5_transfer.hpp"
#include "tessera/io/model_fields.hpp"
#include "tessera/io/parallel_file.hpp"
#include "tessera/io/serial_file.hpp"
#include "tessera/io/visit_rows.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

constexpr const char* kWeights = "/obsm/X_nmf";
constexpr const char* kComponents = "/varm/nmf_components";
constexpr const char* kFacts = "/uns/nmf";
constexpr Index kPieceBytes = Index{16} << 20;

using hdf5::mark_encoding;

/// An array that is still to be filled.
template <class Real>
hdf5::Dataset create_array(hid_t file, const char* path, Index rows, Index columns) {
  hdf5::Dataset dataset = create_contiguous_dataset<Real>(file, path, rows, columns);
  mark_encoding(dataset, "array", "0.2.0");
  return dataset;
}

/// Facts as single values.
void write_facts(hid_t file, const ModelInfo& info) {
  const hdf5::Group group = hdf5::create_mapping(file, kFacts);
  for_each_field(info, [&]<class Field>(const char* name, const Field& field) {
    if constexpr (std::same_as<Field, std::string>) {
      hdf5::write_value(group, name, field);
    } else if constexpr (std::same_as<Field, Precision>) {
      hdf5::write_value(group, name, std::string(name_of(field)));
    } else if constexpr (std::floating_point<Field>) {
      hdf5::write_value(group, name, static_cast<double>(field));
    } else if constexpr (std::is_signed_v<Field>) {
      hdf5::write_value(group, name, static_cast<std::int64_t>(field));
    } else {
      hdf5::write_value(group, name, static_cast<std::uint64_t>(field));
    }
  });
}

/// On process 0.
template <class Real>
void write_contents(hid_t file, const std::string& model, const ModelInfo& info,
                    const MatrixNames& names, const Factor<Real>& h) {
  mark_encoding(file, "anndata", "0.1.0");
  hdf5::write_table(file, "/obs", names.rows, info.rows);
  hdf5::write_table(file, "/var", names.columns, info.columns);
  for (const char* path : {"/obsm", "/varm", "/uns", "/layers", "/obsp", "/varp"}) {
    hdf5::create_mapping(file, path);
  }
  write_facts(file, info);

  const auto components = create_array<Real>(file, kComponents, info.columns, info.rank);
  const auto weights = create_array<Real>(file, kWeights, info.rows, info.rank);
  const Range all{0, info.rank};
  hdf5::write_rectangle<Real>(components, {{0, info.columns}, all}, h.piece.view(), H5P_DEFAULT);
  visit_rows_of_w<Real>(model, info, kPieceBytes, [&](Range rows, ConstMatrixView<Real> piece) {
    hdf5::write_rectangle<Real>(weights, {rows, all}, piece, H5P_DEFAULT);
  });
}

}  // namespace

template <class Real>
void write_result_anndata(const std::string& path, const std::string& model, const ModelInfo& info,
                          const MatrixNames& names, const Factor<Real>& h,
                          const mpi::Communicator& comm) {
  // A failure while a file is being written ends the job; what can be found out before is an error
  // like others.
  mpi::on_root(comm, [&] {
    visit_rows_of_w<Real>(model, info, kPieceBytes, [](Range, ConstMatrixView<Real>) {});
  });
  write_serial_file(path, comm, [&](hid_t file) {
    mpi::on_root(comm, [&] { write_contents(file, model, info, names, h); });
  });
}

template void write_result_anndata(const std::string&, const std::string&, const ModelInfo&,
                                   const MatrixNames&, const Factor<float>&,
                                   const mpi::Communicator&);
template void write_result_anndata(const std::string&, const std::string&, const ModelInfo&,
                                   const MatrixNames&, const Factor<double>&,
                                   const mpi::Communicator&);

}  // namespace tessera::io
