#include "tessera/io/anndata_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "tessera/io/anndata_table.hpp"
#include "tessera/io/compressed_dataset.hpp"
#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/io/hdf5_sparse_group.hpp"
#include "tessera/io/serial_file.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/gather.hpp"

namespace tessera::io {
namespace {

using hdf5::mark_encoding;

/// The sum over the processes before this one. Collective.
Index sum_before(Index own, const mpi::Communicator& comm) {
  const std::vector<Index> all = mpi::gather(own, comm);
  Index sum = 0;
  for (int process = 0; process < comm.rank(); ++process) {
    sum += all[static_cast<std::size_t>(process)];
  }
  return sum;
}

/// @throws ShapeError unless there are as many names, or none.
void require_names(const char* what, const std::vector<std::string>& names, Index expected) {
  if (!names.empty() && std::ssize(names) != expected) {
    throw ShapeError(fmt::format("{} {} have {} names", expected, what, names.size()));
  }
}

/// @throws ShapeError unless there is one code of a category for each row, or none.
void require_labels(const Categorical& labels, Index rows) {
  const auto is_code = [&](std::int32_t code) {
    return -1 <= code && code < std::ssize(labels.categories);
  };
  if (!labels.empty() &&
      (std::ssize(labels.codes) != rows || !std::ranges::all_of(labels.codes, is_code))) {
    throw ShapeError(fmt::format("{} rows have {} labels, each of {} categories or none", rows,
                                 labels.codes.size(), labels.categories.size()));
  }
}

/// @throws mpi::AgreedError unless the rows of all processes follow one another and have names
/// that fit. Collective.
void require_fitting(const AnnDataFile& file, Range rows, const mpi::Communicator& comm) {
  const Index begin = sum_before(rows.size(), comm);
  const Index total = comm.sum(rows.size());
  mpi::agree(comm, [&] {
    if (rows.begin != begin || total != file.rows) {
      throw ShapeError(
          fmt::format("process {} writes rows {} to {}, but {} rows come before, and "
                      "{} of {} are written",
                      comm.rank(), rows.begin, rows.end, begin, total, file.rows));
    }
    require_names("rows", file.names.rows, file.rows);
    require_names("columns", file.names.columns, file.columns);
    require_labels(file.labels, file.rows);
    require_names("columns with ids", file.column_ids, file.columns);
    if (!file.column_numbers.empty() && std::ssize(file.column_numbers.values) != file.columns) {
      throw ShapeError(fmt::format("{} columns have {} numbers", file.columns,
                                   file.column_numbers.values.size()));
    }
  });
}

/// @throws ShapeError unless this process's rows are rows of the matrix.
template <class Real>
void require_consistent(const AnnDataFile& file, const SparseRows<Real>& own) {
  if (std::ssize(own.offsets) != own.rows.size() + 1 || own.offsets.front() != 0 ||
      own.offsets.back() != std::ssize(own.values) || own.columns.size() != own.values.size()) {
    throw ShapeError(
        fmt::format("write_sparse_file: {} rows with {} offsets, {} columns, {} values",
                    own.rows.size(), own.offsets.size(), own.columns.size(), own.values.size()));
  }
  if (!std::ranges::all_of(own.columns, [&](Index column) {
        return Range{0, file.columns}.contains(column);
      })) {
    throw ShapeError(fmt::format("write_sparse_file: a column is not one of the {}", file.columns));
  }
}

/// Sets the shape of the group in AnnData's form.
void write_shape(hid_t group, const AnnDataFile& file) {
  const std::array<Index, 2> shape = {file.rows, file.columns};
  const hsize_t count = shape.size();
  const hdf5::Dataspace space(H5Screate_simple(1, &count, nullptr), "H5Screate_simple");
  const hdf5::Attribute attribute(
      H5Acreate2(group, hdf5::kShape, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT),
      "H5Acreate2");
  hdf5::check(H5Awrite(attribute, H5T_NATIVE_INT64, shape.data()), "H5Awrite");
}

/// On process 0.
hdf5::Group create_sparse_group(hid_t opened, const AnnDataFile& file) {
  hdf5::Group group(H5Gcreate2(opened, kDenseDataset, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                    "H5Gcreate2");
  mark_encoding(group, hdf5::kByRows, "0.1.0");
  write_shape(group, file);
  return group;
}

/// Collective.
template <class Real>
void write_arrays(hid_t group, const AnnDataFile& file, const SparseRows<Real>& own,
                  const mpi::Communicator& comm) {
  const Index own_entries = std::ssize(own.values);
  const Index before = sum_before(own_entries, comm);
  const Index entries = comm.sum(own_entries);
  write_compressed_dataset<Real>(group, hdf5::kValues, {entries}, own.values, comm);
  write_compressed_dataset<std::int32_t>(group, hdf5::kIndices, {entries}, own.columns, comm);
  // Every process has where its rows begin; where the last one ends is known to the last process.
  const bool is_last = comm.rank() == comm.size() - 1;
  const auto offsets = mpi::agree(comm, [&] {
    std::vector<Index> shifted(own.offsets.begin(), own.offsets.end() - (is_last ? 0 : 1));
    std::ranges::for_each(shifted, [&](Index& offset) { offset += before; });
    return shifted;
  });
  write_compressed_dataset<Index>(group, hdf5::kOffsets, {file.rows + 1}, offsets, comm);
}

/// What stands beside /X. On process 0.
void write_surroundings(hid_t opened, const AnnDataFile& file) {
  mark_encoding(opened, "anndata", "0.1.0");
  hdf5::write_table(opened, "/obs", file.names.rows, file.rows, {.labels = file.labels});
  hdf5::write_table(opened, "/var", file.names.columns, file.columns,
                    {.ids = file.column_ids, .numbers = file.column_numbers});
  if (!file.notes.topic.empty()) {
    hdf5::write_notes(opened, file.notes);
  }
}

}  // namespace

void require_numbered_columns(Index columns) {
  constexpr Index kMost = std::numeric_limits<std::int32_t>::max();
  if (columns > kMost) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("{} columns are more than the {} that a sparse matrix can have", columns,
                    kMost));
  }
}

template <class Real>
void write_sparse_file(const AnnDataFile& file, const SparseRows<Real>& own,
                       const mpi::Communicator& comm) {
  require_numbered_columns(file.columns);
  require_fitting(file, own.rows, comm);
  mpi::agree(comm, [&] { require_consistent(file, own); });
  write_serial_file(file.path, comm, [&](hid_t opened) {
    hdf5::Group group;
    mpi::on_root(comm, [&] {
      write_surroundings(opened, file);
      group = create_sparse_group(opened, file);
    });
    write_arrays(group, file, own, comm);
  });
}

template <class Real>
void write_dense_compressed(const AnnDataFile& file, const DenseRows<Real>& own,
                            const mpi::Communicator& comm) {
  require_fitting(file, own.rows, comm);
  mpi::agree(comm, [&] {
    require_shape("write_dense_compressed: own", own.entries, own.rows.size(), file.columns);
  });
  write_serial_file(file.path, comm, [&](hid_t opened) {
    mpi::on_root(comm, [&] { write_surroundings(opened, file); });
    write_compressed_dataset<Real>(opened, kDenseDataset, {file.rows, file.columns},
                                   own.entries.span(), comm);
    mpi::on_root(comm, [&] {
      const hdf5::Dataset dataset(H5Dopen2(opened, kDenseDataset, H5P_DEFAULT), "H5Dopen2");
      mark_encoding(dataset, "array", "0.2.0");
      if (!file.image_shape.empty()) {
        hdf5::write_attribute(dataset, kImageShapeAttribute, file.image_shape);
      }
    });
  });
}

template void write_sparse_file(const AnnDataFile&, const SparseRows<float>&,
                                const mpi::Communicator&);
template void write_sparse_file(const AnnDataFile&, const SparseRows<double>&,
                                const mpi::Communicator&);
template void write_dense_compressed(const AnnDataFile&, const DenseRows<float>&,
                                     const mpi::Communicator&);
template void write_dense_compressed(const AnnDataFile&, const DenseRows<double>&,
                                     const mpi::Communicator&);

}  // namespace tessera::io
