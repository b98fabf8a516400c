#include "tessera/io/entry_router.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

template <class Real>
using Piece = typename Entries<Real>::Piece;

/// The entries of one piece sorted by the process that owns them, their positions turned into
/// local row · columns of the owner's block + local column.
template <class Real>
struct Parcel {
  std::vector<Index> counts;  ///< per process
  Piece<Real> entries;
};

template <class Real>
Parcel<Real> pack(const Piece<Real>& piece, const Placement& placement,
                  const mpi::ProcessGrid& grid) {
  const auto& distribution = placement.distribution;
  const Index n = distribution.n();
  const auto size = piece.positions.size();
  std::vector<int> owners(size);
  Parcel<Real> parcel{std::vector<Index>(static_cast<std::size_t>(grid.comm().size())), {}};
  std::vector<Index> local(size);
  for (std::size_t entry = 0; entry < size; ++entry) {
    const Index row = placement.row_order.position(piece.positions[entry] / n);
    const Index column = placement.column_order.position(piece.positions[entry] % n);
    const int i = distribution.rows().owner(row);
    const int j = distribution.columns().owner(column);
    const Range block_columns = distribution.column_block(j);
    local[entry] = (row - distribution.row_block(i).begin) * block_columns.size() + column -
                   block_columns.begin;
    owners[entry] = i * grid.shape().columns + j;
    ++parcel.counts[static_cast<std::size_t>(owners[entry])];
  }
  std::vector<Index> next(parcel.counts.size());
  std::exclusive_scan(parcel.counts.begin(), parcel.counts.end(), next.begin(), Index{0});
  parcel.entries.positions.resize(size);
  parcel.entries.values.resize(size);
  for (std::size_t entry = 0; entry < size; ++entry) {
    const auto target = static_cast<std::size_t>(next[static_cast<std::size_t>(owners[entry])]++);
    parcel.entries.positions[target] = local[entry];
    parcel.entries.values[target] = piece.values[entry];
  }
  return parcel;
}

/// Sends a parcel and appends what arrives. Collective.
template <class Real>
void exchange(const Parcel<Real>& parcel, Piece<Real>& arrived, const mpi::Communicator& comm) {
  const std::vector<Index> ones(parcel.counts.size(), 1);
  std::vector<Index> arriving(parcel.counts.size());
  comm.all_to_all(std::span<const Index>(parcel.counts), ones, std::span<Index>(arriving), ones);
  const auto before = arrived.positions.size();
  const auto more =
      static_cast<std::size_t>(std::accumulate(arriving.begin(), arriving.end(), Index{0}));
  arrived.positions.resize(before + more);
  arrived.values.resize(before + more);
  comm.all_to_all(std::span<const Index>(parcel.entries.positions), parcel.counts,
                  std::span<Index>(arrived.positions).subspan(before), arriving);
  comm.all_to_all(std::span<const Real>(parcel.entries.values), parcel.counts,
                  std::span<Real>(arrived.values).subspan(before), arriving);
}

/// Entries of one row by rising column.
template <class Real>
void sort_row(std::span<std::int32_t> columns, std::span<Real> values,
              std::vector<std::pair<std::int32_t, Real>>& scratch) {
  if (std::ranges::is_sorted(columns)) {
    return;
  }
  scratch.clear();
  for (std::size_t at = 0; at < columns.size(); ++at) {
    scratch.emplace_back(columns[at], values[at]);
  }
  // Stable and by column alone, so that sums of duplicates do not depend on the sort.
  std::ranges::stable_sort(scratch, {}, [](const auto& entry) { return entry.first; });
  for (std::size_t at = 0; at < columns.size(); ++at) {
    std::tie(columns[at], values[at]) = scratch[at];
  }
}

/// Compresses arrived entries by rows: a counting sort by row, then each row by column.
template <class Real>
class BlockBuilder {
 public:
  BlockBuilder(Range rows, Range columns) : rows_(rows), columns_(columns) {}

  void sort(Piece<Real> arrived) {
    const Index width = columns_.size();
    offsets_.assign(static_cast<std::size_t>(rows_.size()) + 1, 0);
    for (const Index position : arrived.positions) {
      ++offsets_[static_cast<std::size_t>(position / width) + 1];
    }
    std::partial_sum(offsets_.begin(), offsets_.end(), offsets_.begin());
    local_columns_.resize(arrived.positions.size());
    values_.resize(arrived.positions.size());
    auto next = offsets_;
    for (std::size_t entry = 0; entry < arrived.positions.size(); ++entry) {
      const auto row = static_cast<std::size_t>(arrived.positions[entry] / width);
      const auto target = static_cast<std::size_t>(next[row]++);
      local_columns_[target] = static_cast<std::int32_t>(arrived.positions[entry] % width);
      values_[target] = arrived.values[entry];
    }
    arrived = {};
    std::vector<std::pair<std::int32_t, Real>> scratch;
    for (std::size_t row = 0; row + 1 < offsets_.size(); ++row) {
      const auto begin = static_cast<std::size_t>(offsets_[row]);
      const auto length = static_cast<std::size_t>(offsets_[row + 1]) - begin;
      sort_row(std::span(local_columns_).subspan(begin, length),
               std::span(values_).subspan(begin, length), scratch);
    }
  }

  /// Adds entries of one place to the first of them; calls found(local row, local column) at each.
  template <class Found>
  void merge_duplicates(Found&& found) {
    std::size_t kept = 0;
    std::size_t entry = 0;
    for (std::size_t row = 0; row + 1 < offsets_.size(); ++row) {
      const std::size_t row_start = kept;
      for (; entry < static_cast<std::size_t>(offsets_[row + 1]); ++entry) {
        if (kept > row_start && local_columns_[kept - 1] == local_columns_[entry]) {
          found(static_cast<Index>(row), Index{local_columns_[entry]});
          values_[kept - 1] += values_[entry];
        } else {
          local_columns_[kept] = local_columns_[entry];
          values_[kept] = values_[entry];
          ++kept;
        }
      }
      // The row's end is no longer needed as a source: entry already stands there.
      offsets_[row + 1] = static_cast<Index>(kept);
    }
    local_columns_.resize(kept);
    values_.resize(kept);
  }

  [[nodiscard]] SparseBlock<Real> finish() && {
    return {rows_, columns_, std::move(offsets_), std::move(local_columns_), std::move(values_)};
  }

 private:
  Range rows_;
  Range columns_;
  AlignedVector<Index> offsets_;
  AlignedVector<std::int32_t> local_columns_;
  AlignedVector<Real> values_;
};

void require_local_columns_fit(Range columns) {
  if (columns.size() > std::numeric_limits<std::int32_t>::max()) {
    throw InputError(
        fmt::format("a process would hold {} columns of sparse entries, more than the "
                    "32-bit local index reaches. Use more processes or a --grid with "
                    "more columns",
                    columns.size()));
  }
}

}  // namespace

template <class Real>
SparseBlock<Real> route_entries(Entries<Real> entries, const Placement& placement,
                                Duplicates duplicates, const std::string& file,
                                const mpi::ProcessGrid& grid) {
  const auto& comm = grid.comm();
  const Range rows = placement.distribution.row_block(grid.row());
  const Range columns = placement.distribution.column_block(grid.column());
  auto arrived = mpi::agree(comm, [&] {
    require_local_columns_fit(columns);
    Piece<Real> buffer;
    buffer.positions.reserve(static_cast<std::size_t>(placement.own_entries));
    buffer.values.reserve(static_cast<std::size_t>(placement.own_entries));
    return buffer;
  });
  auto& pieces = entries.pieces();
  const Index rounds = comm.max(static_cast<Index>(pieces.size()));
  for (Index round = 0; round < rounds; ++round) {
    Piece<Real> piece;
    if (!pieces.empty()) {
      piece = std::move(pieces.front());
      pieces.pop_front();
    }
    const auto parcel = mpi::agree(comm, [&] { return pack<Real>(piece, placement, grid); });
    exchange(parcel, arrived, comm);
  }

  return mpi::agree(comm, [&] {
    BlockBuilder<Real> builder(rows, columns);
    builder.sort(std::move(arrived));
    builder.merge_duplicates([&](Index local_row, Index local_column) {
      if (duplicates == Duplicates::error) {
        throw InputError(fmt::format(
            "'{}': row {}, column {} (counted from 0) has more than one entry. Give --duplicates "
            "sum to add them up",
            file, placement.row_order.original(rows.begin + local_row),
            placement.column_order.original(columns.begin + local_column)));
      }
    });
    return std::move(builder).finish();
  });
}

template SparseBlock<float> route_entries(Entries<float>, const Placement&, Duplicates,
                                          const std::string&, const mpi::ProcessGrid&);
template SparseBlock<double> route_entries(Entries<double>, const Placement&, Duplicates,
                                           const std::string&, const mpi::ProcessGrid&);

}  // namespace tessera::io
