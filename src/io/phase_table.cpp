#include "phase_table.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tessera/io/hdf5_open.hpp"

namespace tessera::io {
namespace {

constexpr const char* kPhases = "/phases";
constexpr std::size_t kNameBytes = 24;

/// A PhaseCost as it lies in the file.
struct Row {
  std::array<char, kNameBytes> phase{};
  double min_seconds = 0;
  double mean_seconds = 0;
  double max_seconds = 0;
};

/// A compound type of the fields of Row: native, or little-endian as stored.
hdf5::Datatype row_type(bool stored) {
  const hdf5::Datatype text(H5Tcopy(H5T_C_S1), "H5Tcopy");
  hdf5::check(H5Tset_size(text, kNameBytes), "H5Tset_size");
  hdf5::Datatype type(H5Tcreate(H5T_COMPOUND, sizeof(Row)), "H5Tcreate");
  const auto insert = [&](const char* name, std::size_t offset, hid_t member) {
    hdf5::check(H5Tinsert(type, name, offset, member), "H5Tinsert");
  };
  const hid_t real = stored ? H5T_IEEE_F64LE : H5T_NATIVE_DOUBLE;
  insert("phase", HOFFSET(Row, phase), text);
  insert("min_seconds", HOFFSET(Row, min_seconds), real);
  insert("mean_seconds", HOFFSET(Row, mean_seconds), real);
  insert("max_seconds", HOFFSET(Row, max_seconds), real);
  return type;
}

Row to_row(const PhaseCost& cost) {
  Row row{{}, cost.min_seconds, cost.mean_seconds, cost.max_seconds};
  std::ranges::copy_n(cost.phase.begin(), std::min(std::ssize(cost.phase), std::ssize(row.phase)),
                      row.phase.begin());
  return row;
}

PhaseCost from_row(const Row& row) {
  const auto end = std::ranges::find(row.phase, '\0');
  return {{row.phase.begin(), end}, row.min_seconds, row.mean_seconds, row.max_seconds};
}

}  // namespace

void write_phases(hid_t file, const std::vector<PhaseCost>& phases) {
  std::vector<Row> rows;
  std::ranges::transform(phases, std::back_inserter(rows), to_row);
  const hsize_t count = rows.size();
  const hdf5::Dataspace space(H5Screate_simple(1, &count, nullptr), "H5Screate_simple");
  const hdf5::Dataset dataset(H5Dcreate2(file, kPhases, row_type(/*stored=*/true), space,
                                         H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                              "H5Dcreate2");
  hdf5::check(
      H5Dwrite(dataset, row_type(/*stored=*/false), H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()),
      "H5Dwrite");
}

std::vector<PhaseCost> read_phases(hid_t file) {
  constexpr hssize_t kMostRows = 1000;
  if (hdf5::check(H5Lexists(file, kPhases, H5P_DEFAULT), "H5Lexists") == 0) {
    return {};
  }
  const hdf5::Dataset dataset = hdf5::open_dataset(file, kPhases);
  const hdf5::Dataspace space(H5Dget_space(dataset), "H5Dget_space");
  const auto count =
      hdf5::check(H5Sget_simple_extent_npoints(space), "H5Sget_simple_extent_npoints");
  if (count > kMostRows) {
    throw InputError(fmt::format("{} claims to have {} rows: it is damaged", kPhases, count));
  }
  std::vector<Row> rows(static_cast<std::size_t>(count));
  hdf5::check(
      H5Dread(dataset, row_type(/*stored=*/false), H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()),
      "H5Dread");
  std::vector<PhaseCost> phases;
  std::ranges::transform(rows, std::back_inserter(phases), from_row);
  return phases;
}

}  // namespace tessera::io
