#include "tessera/app/row_graph.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tessera/io/entry_router.hpp"
#include "tessera/io/matrix_input.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::app {
namespace {

/// Whole rows of an m×m matrix, as W's rows lie on the processes: these are, by rank, one behind
/// the other.
template <class Real>
io::Placement rows_of_w(const DataMatrix<Real>& a, GridShape shape) {
  std::vector<Index> sizes;
  for (int i = 0; i < shape.rows; ++i) {
    for (int j = 0; j < shape.columns; ++j) {
      sizes.push_back(a.distribution.w_piece(i, j).size());
    }
  }
  return {Distribution(Partition::of_sizes(sizes), Partition::even(a.m(), 1)), a.row_order,
          a.row_order};
}

/// The entries of S that count, by their original places, as they stand or with rows and columns
/// exchanged.
template <class Real>
io::Entries<Real> entries_of(const DataMatrix<Real>& s, bool transposed) {
  io::Entries<Real> entries;
  const auto add = [&](Index row, Index column, Real value) {
    const Index i = s.row_order.original(row);
    const Index j = s.column_order.original(column);
    if (value != 0 && i != j) {
      entries.add(transposed ? j * s.m() + i : i * s.m() + j, value);
    }
  };
  std::visit([&](const auto& block) { for_each_entry(block, add); }, s.block);
  return entries;
}

/// One row of a sparse block.
template <class Real>
struct Row {
  std::span<const std::int32_t> columns;
  StoredValues<Real> values;

  Row(const SparseBlock<Real>& block, Index local_row)
      : values(block.values().from(block.row_offsets()[static_cast<std::size_t>(local_row)])) {
    const auto row = static_cast<std::size_t>(local_row);
    const auto begin = static_cast<std::size_t>(block.row_offsets()[row]);
    const auto size = static_cast<std::size_t>(block.row_offsets()[row + 1]) - begin;
    columns = std::span(block.local_columns()).subspan(begin, size);
  }
  [[nodiscard]] Real at(Index column) const {
    const auto found = std::ranges::lower_bound(columns, column);
    return found != columns.end() && *found == column ? values[found - columns.begin()] : Real{0};
  }
};

/// @throws InputError that names the first two entries that differ.
template <class Real>
void require_equal(const SparseBlock<Real>& s, const SparseBlock<Real>& transposed,
                   const Ordering& order, const std::string& path) {
  for (Index row = 0; row < s.rows().size(); ++row) {
    const Row<Real> here(s, row);
    const Row<Real> there(transposed, row);
    for (const auto& columns : {here.columns, there.columns}) {
      for (const Index column : columns) {
        if (here.at(column) != there.at(column)) {
          const Index i = order.original(s.rows().begin + row);
          const Index j = order.original(column);
          throw InputError(fmt::format(
              "'{}' is not symmetric: row {}, column {} (counted from 0) holds {}, but row {}, "
              "column {} holds {}. A graph needs both to be equal: symmetrize it, or give "
              "--undirected for a list of edges",
              path, i, j, here.at(column), j, i, there.at(column)));
        }
      }
    }
  }
}

template <class Real>
RowGraph<Real> to_graph(SparseBlock<Real> s) {
  return {s.rows(),
          {s.row_offsets().begin(), s.row_offsets().end()},
          {s.local_columns().begin(), s.local_columns().end()},
          std::move(s.held_values())};
}

template <class Real>
RowGraph<Real> read_row_graph(const std::string& path, const InputOptions& input,
                              const DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  const auto& world = grid.comm();
  InputOptions options;
  options.path = path;
  options.storage = Storage::sparse;
  options.undirected = input.undirected;
  options.duplicates = input.duplicates;
  const io::MatrixInput file(options, world);
  const auto& about = file.description();
  if (about.rows != a.m() || about.columns != a.m()) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("the graph '{}' is {}x{}, but '{}' has {} rows: a graph of them is {}x{}", path,
                    about.rows, about.columns, input.path, a.m(), a.m(), a.m()));
  }
  const mpi::ProcessGrid tall(world, {world.size(), 1});
  const auto s = file.read<Real>(tall);
  io::require_factorizable(s, about, world);

  const auto placement = rows_of_w(a, grid.shape());
  const auto route = [&](bool transposed) {
    return io::route_entries(entries_of(s, transposed), placement, Duplicates::error, path, tall);
  };
  auto rows = route(false);
  const auto rows_of_transpose = route(true);
  return mpi::agree(world, [&] {
    require_equal(rows, rows_of_transpose, a.row_order, path);
    return to_graph(std::move(rows));
  });
}

}  // namespace

template <class Real>
void attach_row_graph(DataMatrix<Real>& a, const SolverOptions& solver, const InputOptions& input,
                      const mpi::ProcessGrid& grid) {
  if (!solver.graph.empty()) {
    a.row_graph = read_row_graph(solver.graph, input, a, grid);
  }
}

template void attach_row_graph(DataMatrix<float>&, const SolverOptions&, const InputOptions&,
                               const mpi::ProcessGrid&);
template void attach_row_graph(DataMatrix<double>&, const SolverOptions&, const InputOptions&,
                               const mpi::ProcessGrid&);

}  // namespace tessera::app
