#include "tessera/products/nonzeros.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <variant>

namespace tessera::products {
namespace {

/// For each index of a block's range of rows or columns the non-zero entries that this process
/// holds; index_of(row, column) says which of the two.
template <class Real, class IndexOf>
std::vector<Index> count_nonzeros(const DataMatrix<Real>& a, Range range, const IndexOf& index_of) {
  std::vector<Index> counts(static_cast<std::size_t>(range.size()));
  const auto count = [&](Index row, Index column, Real value) {
    counts[static_cast<std::size_t>(index_of(row, column) - range.begin)] += value != 0 ? 1 : 0;
  };
  std::visit([&](const auto& block) { for_each_entry(block, count); }, a.block);
  return counts;
}

/// Joins what the processes know. Only one process may pass the counts of a row or column, the
/// others pass none.
EmptyLines join(std::span<const Index> counts, Index begin, const Ordering& order, Index most,
                const mpi::Communicator& comm) {
  constexpr Index kNone = std::numeric_limits<Index>::max();
  std::vector<Index> own;
  for (std::size_t at = 0; at < counts.size(); ++at) {
    if (counts[at] == 0) {
      own.push_back(order.original(begin + static_cast<Index>(at)));
    }
  }
  EmptyLines lines;
  lines.count = comm.sum(std::ssize(own));

  std::ranges::sort(own);
  own.resize(static_cast<std::size_t>(most), kNone);
  const std::vector<Index> lengths(static_cast<std::size_t>(comm.size()), most);
  lines.first.resize(static_cast<std::size_t>(most * comm.size()));
  comm.all_gather(std::span<const Index>(own), lengths, std::span<Index>(lines.first));
  std::ranges::sort(lines.first);
  lines.first.resize(static_cast<std::size_t>(std::min(most, lines.count)));
  return lines;
}

}  // namespace

template <class Real>
std::vector<Index> nonzeros_of_rows(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  auto counts =
      count_nonzeros(a, a.distribution.row_block(grid.row()), [](Index row, Index) { return row; });
  grid.row_comm().all_reduce_sum(std::span<Index>(counts));
  return counts;
}

template <class Real>
std::vector<Index> nonzeros_of_columns(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  auto counts = count_nonzeros(a, a.distribution.column_block(grid.column()),
                               [](Index, Index column) { return column; });
  grid.column_comm().all_reduce_sum(std::span<Index>(counts));
  return counts;
}

template <class Real>
EmptyLines find_empty_rows(const DataMatrix<Real>& a, Index most, const mpi::ProcessGrid& grid) {
  const auto counts = nonzeros_of_rows(a, grid);
  const auto known = grid.column() == 0 ? std::span(counts) : std::span<const Index>();
  return join(known, a.distribution.row_block(grid.row()).begin, a.row_order, most, grid.comm());
}

template <class Real>
EmptyLines find_empty_columns(const DataMatrix<Real>& a, Index most, const mpi::ProcessGrid& grid) {
  const auto counts = nonzeros_of_columns(a, grid);
  const auto known = grid.row() == 0 ? std::span(counts) : std::span<const Index>();
  return join(known, a.distribution.column_block(grid.column()).begin, a.column_order, most,
              grid.comm());
}

template std::vector<Index> nonzeros_of_rows(const DataMatrix<float>&, const mpi::ProcessGrid&);
template std::vector<Index> nonzeros_of_rows(const DataMatrix<double>&, const mpi::ProcessGrid&);
template std::vector<Index> nonzeros_of_columns(const DataMatrix<float>&, const mpi::ProcessGrid&);
template std::vector<Index> nonzeros_of_columns(const DataMatrix<double>&, const mpi::ProcessGrid&);
template EmptyLines find_empty_rows(const DataMatrix<float>&, Index, const mpi::ProcessGrid&);
template EmptyLines find_empty_rows(const DataMatrix<double>&, Index, const mpi::ProcessGrid&);
template EmptyLines find_empty_columns(const DataMatrix<float>&, Index, const mpi::ProcessGrid&);
template EmptyLines find_empty_columns(const DataMatrix<double>&, Index, const mpi::ProcessGrid&);

}  // namespace tessera::products
