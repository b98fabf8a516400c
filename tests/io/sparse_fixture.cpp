#include "sparse_fixture.hpp"

#include <algorithm>
#include <array>

#include "tessera/io/hdf5_attribute.hpp"

#include "hdf5_fixture.hpp"

namespace tessera::testing {
namespace {

using io::hdf5::check;

template <class T>
void write_vector(hid_t location, const std::string& name, hid_t type, const std::vector<T>& values,
                  hid_t memory_type, hsize_t chunk) {
  const hsize_t length = values.size();
  const io::hdf5::Dataspace space(H5Screate_simple(1, &length, nullptr), "H5Screate_simple");
  const io::hdf5::PropertyList creation = io::hdf5::make_property_list(H5P_DATASET_CREATE);
  if (chunk > 0) {
    const hsize_t fitting = std::min(chunk, length);
    check(H5Pset_chunk(creation, 1, &fitting), "H5Pset_chunk");
    check(H5Pset_deflate(creation, 4), "H5Pset_deflate");
  }
  const io::hdf5::Dataset dataset(
      H5Dcreate2(location, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT),
      "H5Dcreate2");
  if (length > 0) {
    check(H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "H5Dwrite");
  }
}

void write_shape_attribute(hid_t group, const char* name, const std::vector<Index>& shape) {
  const hsize_t length = shape.size();
  const io::hdf5::Dataspace space(H5Screate_simple(1, &length, nullptr), "H5Screate_simple");
  const io::hdf5::Attribute attribute(
      H5Acreate2(group, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT), "H5Acreate2");
  check(H5Awrite(attribute, H5T_NATIVE_INT64, shape.data()), "H5Awrite");
}

void write_marks(hid_t group, const SparseParts& parts) {
  switch (parts.marks) {
    case Marks::anndata:
      io::hdf5::write_attribute(group, "encoding-type", parts.format);
      break;
    case Marks::old_anndata:
      io::hdf5::write_attribute(group, "h5sparse_format", parts.format);
      break;
    case Marks::none:
      break;
  }
}

void write_shape(hid_t group, const SparseParts& parts) {
  if (parts.without != "shape") {
    write_shape_attribute(group, parts.marks == Marks::old_anndata ? "h5sparse_shape" : "shape",
                          parts.shape);
  }
}

}  // namespace

bool is_stored(Index row, Index column) {
  return row != 0 && row / 4 != 2 && column != 3 && (31 * row + 7 * column) % 5 == 0;
}

SparseParts sparse_parts(Index rows, Index columns, bool by_rows) {
  SparseParts parts;
  parts.format = by_rows ? "csr_matrix" : "csc_matrix";
  parts.shape = {rows, columns};
  parts.indptr = {0};
  for (Index line = 0; line < (by_rows ? rows : columns); ++line) {
    for (Index index = 0; index < (by_rows ? columns : rows); ++index) {
      const Index row = by_rows ? line : index;
      const Index column = by_rows ? index : line;
      if (is_stored(row, column)) {
        parts.data.push_back(entry(row, column) + 1);
        parts.indices.push_back(index);
      }
    }
    parts.indptr.push_back(std::ssize(parts.data));
  }
  return parts;
}

Matrix<double> expected_matrix(Index rows, Index columns) {
  Matrix<double> expected(rows, columns);
  for (Index row = 0; row < rows; ++row) {
    for (Index column = 0; column < columns; ++column) {
      expected(row, column) = is_stored(row, column) ? entry(row, column) + 1 : 0;
    }
  }
  return expected;
}

void write_sparse_group(hid_t file, const SparseParts& parts) {
  const io::hdf5::PropertyList links = io::hdf5::make_property_list(H5P_LINK_CREATE);
  check(H5Pset_create_intermediate_group(links, 1), "H5Pset_create_intermediate_group");
  const io::hdf5::Group group(
      H5Gcreate2(file, parts.group.c_str(), links, H5P_DEFAULT, H5P_DEFAULT), "H5Gcreate2");
  write_marks(group, parts);
  write_shape(group, parts);
  if (parts.without != "data") {
    write_numbers(group, "data", parts.value_type, parts.data, parts.chunk);
  }
  if (parts.without != "indices") {
    write_numbers(group, "indices", parts.index_type, parts.indices,
                  parts.chunk > 0 ? parts.chunk / 2 + 1 : 0);
  }
  if (parts.without != "indptr") {
    write_numbers(group, "indptr", parts.offset_type, parts.indptr, parts.chunk);
  }
}

void write_numbers(hid_t location, const std::string& name, hid_t type,
                   const std::vector<double>& values, hsize_t chunk) {
  write_vector(location, name, type, values, H5T_NATIVE_DOUBLE, chunk);
}

void write_numbers(hid_t location, const std::string& name, hid_t type,
                   const std::vector<Index>& values, hsize_t chunk) {
  write_vector(location, name, type, values, H5T_NATIVE_INT64, chunk);
}

void write_texts(hid_t location, const std::string& name, const std::vector<std::string>& texts,
                 std::size_t size) {
  const io::hdf5::Datatype type(H5Tcopy(H5T_C_S1), "H5Tcopy");
  check(H5Tset_size(type, size == 0 ? H5T_VARIABLE : size), "H5Tset_size");
  if (size > 0) {
    check(H5Tset_strpad(type, H5T_STR_NULLPAD), "H5Tset_strpad");
    std::vector<char> bytes(size * texts.size(), '\0');
    for (std::size_t i = 0; i < texts.size(); ++i) {
      texts[i].copy(bytes.data() + i * size, size);
    }
    const hsize_t length = texts.size();
    const io::hdf5::Dataspace space(H5Screate_simple(1, &length, nullptr), "H5Screate_simple");
    const io::hdf5::Dataset dataset(
        H5Dcreate2(location, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        "H5Dcreate2");
    check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), "H5Dwrite");
    return;
  }
  std::vector<const char*> pointers;
  for (const std::string& text : texts) {
    pointers.push_back(text.c_str());
  }
  write_vector(location, name, type, pointers, type, 0);
}

void write_compound_table(hid_t file, const std::string& name,
                          const std::vector<std::string>& texts) {
  struct Row {
    double number;
    const char* text;
  };
  const io::hdf5::Datatype text(H5Tcopy(H5T_C_S1), "H5Tcopy");
  check(H5Tset_size(text, H5T_VARIABLE), "H5Tset_size");
  const io::hdf5::Datatype row(H5Tcreate(H5T_COMPOUND, sizeof(Row)), "H5Tcreate");
  check(H5Tinsert(row, "number", HOFFSET(Row, number), H5T_NATIVE_DOUBLE), "H5Tinsert");
  check(H5Tinsert(row, "index", HOFFSET(Row, text), text), "H5Tinsert");
  std::vector<Row> rows;
  for (const std::string& each : texts) {
    rows.push_back({1.5, each.c_str()});
  }
  write_vector(file, name, row, rows, row, 0);
}

template <class Real>
Matrix<double> assemble(const io::Entries<Real>& entries, Index rows, Index columns,
                        const mpi::Communicator& comm) {
  Matrix<double> sum(rows, columns);
  for (const auto& piece : entries.pieces()) {
    for (std::size_t i = 0; i < piece.positions.size(); ++i) {
      sum(piece.positions[i] / columns, piece.positions[i] % columns) +=
          static_cast<double>(piece.values[i]);
    }
  }
  comm.all_reduce_sum(sum.span());
  return sum;
}

template Matrix<double> assemble(const io::Entries<float>&, Index, Index, const mpi::Communicator&);
template Matrix<double> assemble(const io::Entries<double>&, Index, Index,
                                 const mpi::Communicator&);

}  // namespace tessera::testing
