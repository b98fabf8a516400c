#include "tessera/products/by_columns.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "tessera/mpi/agree.hpp"

namespace tessera::products {
namespace {

using Column = std::int32_t;

/// Entries that one process sends in one round.
constexpr Index kPieceEntries = Index{1} << 18;

std::vector<Range> pieces_of_h(const Distribution& distribution) {
  std::vector<Range> pieces;
  for (int process = 0; process < distribution.rows().parts(); ++process) {
    pieces.push_back(distribution.h_piece(process, 0));
  }
  return pieces;
}

/// Entries on their way, sorted by the process that gets them.
template <class Real>
struct Parcel {
  std::vector<Index> counts;    ///< per process
  std::vector<Column> columns;  ///< of A, local to the receiver's piece of H
  std::vector<Column> rows;     ///< of A, global
  std::vector<Real> values;
  std::vector<Real> weights;  ///< empty where all are 1

  Parcel(std::vector<Index> per_process, bool weighted)
      : counts(std::move(per_process)),
        columns(static_cast<std::size_t>(std::reduce(counts.begin(), counts.end()))),
        rows(columns.size()),
        values(columns.size()),
        weights(weighted ? columns.size() : 0) {}
};

/// Goes through a process's entries in their order, a bounded piece at a time.
template <class Real>
class Packer {
 public:
  Packer(const SparseBlock<Real>& block, std::span<const Real> weights, std::vector<Range> pieces)
      : block_(block), weights_(weights), pieces_(std::move(pieces)) {}

  [[nodiscard]] Index rounds() const {
    return (block_.stored_entries() + kPieceEntries - 1) / kPieceEntries;
  }

  /// The next piece; an empty one when there is no more.
  [[nodiscard]] Parcel<Real> next() {
    const Index end = std::min(begin_ + kPieceEntries, block_.stored_entries());
    std::vector<Index> counts(pieces_.size());
    for (Index at = begin_; at < end; ++at) {
      ++counts[owner(block_.local_columns()[static_cast<std::size_t>(at)])];
    }
    std::vector<Index> offsets(counts.size());
    std::exclusive_scan(counts.begin(), counts.end(), offsets.begin(), Index{0});
    Parcel<Real> parcel(std::move(counts), !weights_.empty());
    for (; begin_ < end; ++begin_) {
      const auto entry = static_cast<std::size_t>(begin_);
      while (block_.row_offsets()[static_cast<std::size_t>(row_) + 1] <= begin_) {
        ++row_;
      }
      const Index column = block_.local_columns()[entry];
      const std::size_t process = owner(column);
      const auto target = static_cast<std::size_t>(offsets[process]++);
      parcel.columns[target] = static_cast<Column>(column - pieces_[process].begin);
      parcel.rows[target] = static_cast<Column>(block_.rows().begin + row_);
      parcel.values[target] = block_.values()[entry];
      if (!weights_.empty()) {
        parcel.weights[target] = weights_[entry];
      }
    }
    return parcel;
  }

 private:
  [[nodiscard]] std::size_t owner(Index column) const {
    const auto after = std::ranges::upper_bound(pieces_, column, {}, &Range::end);
    return static_cast<std::size_t>(after - pieces_.begin());
  }

  const SparseBlock<Real>& block_;
  std::span<const Real> weights_;
  std::vector<Range> pieces_;
  Index begin_ = 0;
  Index row_ = 0;
};

/// How many entries this process holds of each column of A.
template <class Real>
std::vector<Index> count_columns(const SparseBlock<Real>& block) {
  std::vector<Index> counts(static_cast<std::size_t>(block.columns().size()));
  for (const Column column : block.local_columns()) {
    ++counts[static_cast<std::size_t>(column)];
  }
  return counts;
}

/// The copy while its entries arrive. Processes hold rising ranges of rows and send theirs in
/// order, so an entry's place follows from how many of its column each process holds: nothing is
/// sorted.
template <class Real>
class Copy {
 public:
  /// `counts` has, for each process in turn, its entries of each of the columns `own`.
  Copy(Range own, Range all_rows, std::vector<Index> counts, bool weighted)
      : own_(own), all_rows_(all_rows), next_(std::move(counts)) {
    const auto columns = static_cast<std::size_t>(own.size());
    offsets_.reserve(columns + 1);
    offsets_.push_back(0);
    Index sum = 0;
    for (std::size_t column = 0; column < columns; ++column) {
      for (std::size_t at = column; at < next_.size(); at += columns) {
        sum += std::exchange(next_[at], sum);
      }
      offsets_.push_back(sum);
    }
    rows_.resize(static_cast<std::size_t>(sum));
    values_.resize(static_cast<std::size_t>(sum));
    weights_.resize(weighted ? static_cast<std::size_t>(sum) : 0);
  }

  void place(const Parcel<Real>& arrived) {
    std::size_t entry = 0;
    for (std::size_t process = 0; process < arrived.counts.size(); ++process) {
      const std::size_t first = process * static_cast<std::size_t>(own_.size());
      for (Index left = arrived.counts[process]; left > 0; --left, ++entry) {
        const auto column = static_cast<std::size_t>(arrived.columns[entry]);
        const auto target = static_cast<std::size_t>(next_[first + column]++);
        rows_[target] = arrived.rows[entry];
        values_[target] = arrived.values[entry];
        if (!weights_.empty()) {
          weights_[target] = arrived.weights[entry];
        }
      }
    }
  }

  [[nodiscard]] WeightedBlock<Real> finish() && {
    SparseBlock<Real> block(own_, all_rows_, std::move(offsets_), std::move(rows_),
                            std::move(values_));
    block.imply_ones();
    return {std::move(block), std::move(weights_)};
  }

 private:
  Range own_;
  Range all_rows_;
  std::vector<Index> next_;  ///< where the next entry of (process, column) goes
  AlignedVector<Index> offsets_;
  AlignedVector<Column> rows_;
  AlignedVector<Real> values_;
  AlignedVector<Real> weights_;
};

/// The counts of this process's columns on every process. Collective.
std::vector<Index> exchange_counts(const std::vector<Index>& of_columns,
                                   const std::vector<Range>& pieces,
                                   const mpi::Communicator& comm) {
  std::vector<Index> send_counts;
  std::ranges::transform(pieces, std::back_inserter(send_counts), &Range::size);
  const Index own = pieces[static_cast<std::size_t>(comm.rank())].size();
  const std::vector<Index> receive_counts(pieces.size(), own);
  std::vector<Index> received(pieces.size() * static_cast<std::size_t>(own));
  comm.all_to_all(std::span<const Index>(of_columns), send_counts, std::span<Index>(received),
                  receive_counts);
  return received;
}

/// What the others have sent to this process. Collective.
template <class Real>
Parcel<Real> exchange(const Parcel<Real>& sent, bool weighted, const mpi::Communicator& comm) {
  const std::vector<Index> ones(sent.counts.size(), 1);
  std::vector<Index> counts(sent.counts.size());
  comm.all_to_all(std::span<const Index>(sent.counts), ones, std::span<Index>(counts), ones);
  Parcel<Real> arrived(std::move(counts), weighted);
  const auto pass = [&](const auto& from, auto& to) {
    comm.all_to_all(std::span(from), sent.counts, std::span(to), arrived.counts);
  };
  pass(sent.columns, arrived.columns);
  pass(sent.rows, arrived.rows);
  pass(sent.values, arrived.values);
  if (weighted) {
    pass(sent.weights, arrived.weights);
  }
  return arrived;
}

template <class Real>
const SparseBlock<Real>& require_whole_rows(const DataMatrix<Real>& a,
                                            const mpi::ProcessGrid& grid) {
  const auto* block = std::get_if<SparseBlock<Real>>(&a.block);
  if (block == nullptr || grid.shape().columns != 1) {
    throw ShapeError("a copy by columns needs a sparse matrix on a grid of one column");
  }
  if (a.m() > std::numeric_limits<Column>::max()) {
    throw mpi::AgreedError(ExitCode::input,
                           "a column of " + std::to_string(a.m()) +
                               " observed rows is more than the 32-bit local index reaches. Choose "
                               "an algorithm that works on a grid");
  }
  return *block;
}

}  // namespace

template <class Real>
WeightedBlock<Real> by_columns(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  const auto& comm = grid.comm();
  const SparseBlock<Real>& block = require_whole_rows(a, grid);
  const bool weighted = comm.max(a.weights.empty() ? 0 : 1) == 1;
  const auto pieces = pieces_of_h(a.distribution);
  const auto counts = exchange_counts(count_columns(block), pieces, comm);
  auto copy = mpi::agree(comm, [&] {
    return Copy<Real>(pieces[static_cast<std::size_t>(comm.rank())], {0, a.m()}, counts, weighted);
  });
  Packer<Real> packer(block, a.weights, pieces);
  const Index rounds = comm.max(packer.rounds());
  for (Index round = 0; round < rounds; ++round) {
    const auto parcel = mpi::agree(comm, [&] { return packer.next(); });
    copy.place(exchange(parcel, weighted, comm));
  }
  return std::move(copy).finish();
}

template WeightedBlock<float> by_columns(const DataMatrix<float>&, const mpi::ProcessGrid&);
template WeightedBlock<double> by_columns(const DataMatrix<double>&, const mpi::ProcessGrid&);

}  // namespace tessera::products
