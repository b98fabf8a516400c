#include "tessera/products/factor_exchange.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "tessera/core/log.hpp"
#include "tessera/kernels/parallel.hpp"

namespace tessera::products {
namespace {

std::vector<Index> times_rank(std::vector<Index> rows, Index rank) {
  for (Index& count : rows) {
    count *= rank;
  }
  return rows;
}

/// The lane's pieces of a layout, in it.
mpi::Layout pieces_of(const mpi::Layout& layout, const std::vector<int>& ranks) {
  std::vector<Index> lengths;
  std::vector<Index> offsets;
  for (const int rank : ranks) {
    lengths.push_back(layout.length(rank));
    offsets.push_back(layout.offset(rank));
  }
  return {lengths, offsets, layout.size()};
}

mpi::Layout packed(const mpi::Layout& layout) {
  std::vector<Index> lengths;
  for (int piece = 0; piece < layout.pieces(); ++piece) {
    lengths.push_back(layout.length(piece));
  }
  return lengths;
}

/// Shorter pieces cost more by their number than they hide.
constexpr Index kWorthSending = 4096;
/// So many of each piece are computed, one after the other, and the first leaves early.
constexpr Index kPartsOfPiece = 2;

/// Whether partial products leave piece by piece. The same on all of the lane.
template <class Real>
bool goes_in_pieces(const ExchangePartners& partners, const mpi::Layout& pieces, Index sums) {
  const auto lanes = Index{partners.lane->size()};
  return sums > 0 && partners.node->size() == 1 && lanes > 1 &&
         pieces.total() * Index{sizeof(Real)} >= lanes * kWorthSending;
}

/// total = Σ_s source(s), in order.
template <class Real, class Source>
void sum_in_order(int summands, Index entries, Real* total, const Source& source) {
  kernels::in_parallel(entries, 1, entries * summands, [&](Range part) {
    for (int summand = 0; summand < summands; ++summand) {
      const Real* from = source(summand);
      if (summand == 0) {
        std::copy(from + part.begin, from + part.end, total + part.begin);
      } else {
        for (Index entry = part.begin; entry < part.end; ++entry) {
          total[entry] += from[entry];
        }
      }
    }
  });
}

/// Nodes that have no room to share, and processes without neighbours, exchange by messages alone.
ExchangePartners partners(const mpi::ProcessGrid& grid, const mpi::Communicator& comm,
                          const mpi::NodeGroups& groups, Index bytes) {
  const bool has_neighbours = groups.node().size() > 1;  // the same on all of comm
  if (has_neighbours) {
    if (mpi::NodeMemory::has_room(comm, bytes)) {
      return {&groups.node(), &groups.lane(), groups.ranks_of_lane()};
    }
    log::info(
        fmt::format("processes of one node exchange messages: sharing {:.1f} MB needs four "
                    "times as much room in /dev/shm",
                    static_cast<double>(bytes) / 1e6));
  }
  std::vector<int> all(static_cast<std::size_t>(comm.size()));
  std::iota(all.begin(), all.end(), 0);
  return {&grid.alone(), &comm, std::move(all)};
}

}  // namespace

template <class Real>
FactorExchange<Real>::FactorExchange(const mpi::ProcessGrid& grid, const mpi::Communicator& comm,
                                     const mpi::NodeGroups& groups,
                                     const std::vector<Index>& rows_of_process, Index rank,
                                     Index sums, PhaseTimes& times)
    : comm_(comm),
      times_(times),
      rank_(rank),
      layout_(times_rank(rows_of_process, rank)),
      partners_(partners(grid, comm, groups,
                         ExchangeBuffers<Real>::bytes(groups.node().size(), block_rows(),
                                                      block_rows(), rank, sums))),
      lane_layout_(pieces_of(layout_, partners_.lane_ranks)),
      packed_layout_(packed(lane_layout_)),
      buffers_(*partners_.node, is_alone() ? 0 : block_rows(), block_rows(), rank, sums) {
  const bool sums_twice = partners_.node->size() > 1 && partners_.lane->size() > 1;
  packed_ = Matrix<Real>(sums_twice && sums > 0 ? packed_layout_.total() / rank : 0, rank);
  for (Index sum = 0; sum < (is_alone() ? 0 : sums); ++sum) {
    own_sums_.emplace_back(own_rows(), rank);
  }
  if (goes_in_pieces<Real>(partners_, packed_layout_, sums)) {
    pieces_.emplace(*partners_.lane, packed_layout_);
  }
  parts_ = parts();
  const auto copies = static_cast<Index>(partners_.lane->size());
  if (comm.rank() == 0) {
    predicted_bytes_ = (copies - 1) * layout_.total() * static_cast<Index>(sizeof(Real));
  }
}

template <class Real>
FactorExchange<Real> FactorExchange<Real>::of_w(const DataMatrix<Real>& a,
                                                const mpi::ProcessGrid& grid, Index rank,
                                                Index sums, PhaseTimes& times) {
  std::vector<Index> rows;
  for (int j = 0; j < grid.shape().columns; ++j) {
    rows.push_back(a.distribution.w_piece(grid.row(), j).size());
  }
  return {grid, grid.row_comm(), grid.row_nodes(), rows, rank, sums, times};
}

template <class Real>
FactorExchange<Real> FactorExchange<Real>::of_h(const DataMatrix<Real>& a,
                                                const mpi::ProcessGrid& grid, Index rank,
                                                Index sums, PhaseTimes& times) {
  std::vector<Index> rows;
  for (int i = 0; i < grid.shape().rows; ++i) {
    rows.push_back(a.distribution.h_piece(i, grid.column()).size());
  }
  return {grid, grid.column_comm(), grid.column_nodes(), rows, rank, sums, times};
}

template <class Real>
FactorExchange<Real> FactorExchange<Real>::of_whole_w(const DataMatrix<Real>& a,
                                                      const mpi::ProcessGrid& grid, Index rank,
                                                      PhaseTimes& times) {
  std::vector<Index> rows;
  for (int process = 0; process < grid.comm().size(); ++process) {
    const int columns = grid.shape().columns;
    rows.push_back(a.distribution.w_piece(process / columns, process % columns).size());
  }
  return {grid, grid.comm(), grid.nodes(), rows, rank, 0, times};
}

template <class Real>
Range FactorExchange<Real>::rows_of(int process) const {
  const Index begin = layout_.offset(process) / rank_;
  return {begin, begin + layout_.length(process) / rank_};
}

template <class Real>
ConstMatrixView<Real> FactorExchange<Real>::gather(ConstMatrixView<Real> piece) {
  require_shape("the piece of a factor", piece, own_rows(), rank_);
  if (is_alone()) {
    return panel_ = piece;
  }
  const auto scope = times_.scope(Phase::all_gather);
  const auto panel = buffers_.panel();
  buffers_.synchronize();  // nobody reads the panel any more
  if (partners_.lane->size() > 1) {
    partners_.lane->all_gather(std::span<const Real>(piece.span()), lane_layout_, panel.span());
  } else {
    std::ranges::copy(piece.span(), panel.rows(rows_of(comm_.rank())).span().begin());
  }
  buffers_.synchronize();
  return panel_ = panel;
}

/// Others' rows come first, those of the next process before all: they travel while own rows are
/// computed, and not all go to one process at once.
template <class Real>
std::vector<typename FactorExchange<Real>::Part> FactorExchange<Real>::parts() const {
  if (!pieces_) {
    return {{{0, block_rows()}}};
  }
  std::vector<Part> parts;
  const int lanes = partners_.lane->size();
  for (int step = 1; step <= lanes; ++step) {
    const int lane = (partners_.lane->rank() + step) % lanes;
    const Range piece = rows_of(partners_.lane_ranks[static_cast<std::size_t>(lane)]);
    for (Index part = 0; part < kPartsOfPiece; ++part) {
      const Index begin = piece.size() * part / kPartsOfPiece;
      const Index end = piece.size() * (part + 1) / kPartsOfPiece;
      parts.push_back({{piece.begin + begin, piece.begin + end}, lane, end * rank_});
    }
  }
  return parts;
}

template <class Real>
void FactorExchange<Real>::send(const Part& part) {
  if (pieces_) {
    const auto scope = times_.scope(Phase::reduce_scatter);
    if (!pieces_->has_begun()) {
      pieces_->begin(partial().span());
    }
    pieces_->ready(part.lane, part.entries);
  }
}

/// total = Σ over the node's processes of some rows of their partial products, in order of rank.
template <class Real>
void FactorExchange<Real>::sum_on_node(Index sum, Range rows, MatrixView<Real> total) const {
  sum_in_order(partners_.node->size(), total.size(), total.data(), [&](int process) -> const Real* {
    return buffers_.partial(process, sum).row(rows.begin);
  });
}

template <class Real>
ConstMatrixView<Real> FactorExchange<Real>::scatter_sum(Index sum) {
  if (is_alone()) {
    return partial(sum);
  }
  const auto scope = times_.scope(Phase::reduce_scatter);
  auto& own = own_sums_[static_cast<std::size_t>(sum)];
  const bool has_neighbours = partners_.node->size() > 1;
  if (pieces_) {
    if (!pieces_->has_begun()) {
      pieces_->begin(partial(sum).span());
    }
    pieces_->finish();
    sum_in_order(partners_.lane->size(), own.size(), own.view().data(),
                 [&](int lane) { return pieces_->summand(lane); });
    return std::as_const(own).view();
  }
  buffers_.synchronize();  // all partial products are there
  if (!has_neighbours) {
    partners_.lane->reduce_scatter(std::span<const Real>(partial(sum).span()), packed_layout_,
                                   own.span());
  } else if (partners_.lane->size() == 1) {
    sum_on_node(sum, rows_of(comm_.rank()), own.view());
  } else {
    for (int lane = 0; lane < packed_layout_.pieces(); ++lane) {
      const Range rows = rows_of(partners_.lane_ranks[static_cast<std::size_t>(lane)]);
      const Index begin = packed_layout_.offset(lane) / rank_;
      sum_on_node(sum, rows, packed_.view().rows({begin, begin + rows.size()}));
    }
    partners_.lane->reduce_scatter(std::span<const Real>(packed_.span()), packed_layout_,
                                   own.span());
  }
  buffers_.synchronize();  // nobody reads them any more
  return std::as_const(own).view();
}

template class FactorExchange<float>;
template class FactorExchange<double>;

}  // namespace tessera::products
