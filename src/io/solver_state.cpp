#include "solver_state.hpp"

#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tessera/io/broadcast.hpp"
#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/model_attributes.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"

#include "model_part.hpp"
#include "record_json.hpp"

namespace tessera::io {
namespace {

constexpr const char* kSolverGroup = "/solver";
constexpr const char* kBestHistory = "/solver/best_history";

const char* group_of(Side side) { return side == Side::w ? "/solver/w" : "/solver/h"; }

void create_group(hid_t file, const char* name) {
  const hdf5::Group group(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                          "H5Gcreate2");
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
  const auto [found, width] = shape_for_parallel(file, name);
  if (found != rows || width < 1 || width > most) {
    throw InputError(fmt::format("{} does not have {} rows of up to {} numbers", name, rows, most));
  }
  return width;
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

FactorDataset dataset_of(Side side, const std::string& name) {
  return {fmt::format("{}/{}", group_of(side), name), false};
}

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

template StoredState<float> read_solver_state(const std::string&, const ModelInfo&,
                                              const mpi::Communicator&);
template StoredState<double> read_solver_state(const std::string&, const ModelInfo&,
                                               const mpi::Communicator&);
template void create_solver_group(hid_t, const ModelContents<float>&, const ModelInfo&);
template void create_solver_group(hid_t, const ModelContents<double>&, const ModelInfo&);

}  // namespace tessera::io
