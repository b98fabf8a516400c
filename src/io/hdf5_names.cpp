#include "tessera/io/hdf5_names.hpp"

#include <functional>

#include <fmt/format.h>

#include "tessera/core/log.hpp"
#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

using ReadTexts = std::function<std::vector<std::string>()>;

/// What `read` gives, or nothing, with a warning, if that fails or is not what is wanted: names
/// are a convenience, and must not keep a matrix from being factorized.
std::vector<std::string> names_or_warning(const MatrixDescription& about, const std::string& place,
                                          Index expected, const ReadTexts& read) {
  std::string problem;
  try {
    std::vector<std::string> names = read();
    if (names.empty() || std::ssize(names) == expected) {
      return names;
    }
    problem = fmt::format("there are {} for {}", names.size(), expected);
  } catch (const InputError& error) {
    problem = error.what();
  } catch (const IoError& error) {
    problem = error.what();
  }
  log::warning(fmt::format("'{}': the names in '{}' are ignored: {}", about.path, place, problem));
  return {};
}

std::string without_slash(const std::string& path) {
  return path.starts_with('/') ? path.substr(1) : path;
}

MatrixNames anndata_names(hid_t file, const MatrixDescription& about) {
  const bool raw = without_slash(about.dataset).starts_with("raw/");
  const std::string columns = raw ? "/raw/var" : "/var";
  const auto read = [&](const std::string& table, Index expected) {
    return names_or_warning(about, table, expected,
                            [&] { return hdf5::read_table_index(file, table); });
  };
  return {read("/obs", about.rows), read(columns, about.columns)};
}

/// The first of these members of a group that exists.
std::string first_present(hid_t file, const std::string& group,
                          const std::vector<std::string>& members) {
  for (const std::string& member : members) {
    const std::string path = group + "/" + member;
    if (hdf5::find_object(file, path)) {
      return path;
    }
  }
  return group + "/" + members.front();
}

MatrixNames tenx_names(hid_t file, const MatrixDescription& about) {
  const std::string& group = about.dataset;
  const auto read = [&](const std::vector<std::string>& members, Index expected) {
    const std::string fallback = group + "/" + members.front();
    return names_or_warning(about, fallback, expected, [&] {
      return hdf5::read_texts(file, first_present(file, group, members));
    });
  };
  // Version 3 has a group of features, version 2 datasets about genes.
  return {read({"barcodes"}, about.rows),
          read({"features/name", "gene_names", "features/id", "genes"}, about.columns)};
}

template <class Read>
MatrixNames read_on_root(const MatrixDescription& about, const mpi::Communicator& comm,
                         const Read& read) {
  MatrixNames names;
  mpi::on_root(comm, [&] {
    hdf5::with_context("cannot read '" + about.path + "'", [&] {
      const hdf5::File file = hdf5::open_serial(about.path);
      names = read(file, about);
    });
  });
  return names;
}

}  // namespace

MatrixNames read_anndata_names(const MatrixDescription& about, const mpi::Communicator& comm) {
  return read_on_root(about, comm, anndata_names);
}

MatrixNames read_tenx_names(const MatrixDescription& about, const mpi::Communicator& comm) {
  return read_on_root(about, comm, tenx_names);
}

}  // namespace tessera::io
