#include "tessera/products/graph_product.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tessera::products {
namespace {

/// A row and the process it is received from, or sent to.
using Transfer = std::pair<int, Index>;

void sort_and_merge(std::vector<Transfer>& transfers) {
  std::ranges::sort(transfers);
  transfers.erase(std::unique(transfers.begin(), transfers.end()), transfers.end());
}

/// Coefficients to or from each process.
std::vector<Index> count(const std::vector<Transfer>& transfers, int processes, Index k) {
  std::vector<Index> counts(static_cast<std::size_t>(processes));
  for (const auto& [process, row] : transfers) {
    counts[static_cast<std::size_t>(process)] += k;
  }
  return counts;
}

}  // namespace

template <class Real>
GraphProduct<Real>::GraphProduct(const RowGraph<Real>& graph, double mu,
                                 std::span<const Range> pieces, const mpi::Communicator& comm,
                                 Index rank, PhaseTimes& times)
    : comm_(comm), times_(times), offsets_(graph.offsets) {
  const Range own = graph.owned;
  if (std::ssize(pieces) != comm.size() || pieces[static_cast<std::size_t>(comm.rank())] != own ||
      std::ssize(offsets_) != own.size() + 1) {
    throw ShapeError("the rows of the graph are not those of this process's piece of the factor");
  }
  for (std::size_t row = 0; row + 1 < offsets_.size(); ++row) {
    Real degree = 0;
    for (Index entry = offsets_[row]; entry < offsets_[row + 1]; ++entry) {
      weights_.push_back(static_cast<Real>(mu) * graph.weights[static_cast<std::size_t>(entry)]);
      degree += weights_.back();
    }
    degrees_.push_back(degree);
  }
  plan_exchange(graph, PieceOwners(pieces), rank);
  product_ = Matrix<Real>(own.size(), rank);
}

/// Who gets which rows from whom, and where in the panel the neighbours will be found.
template <class Real>
void GraphProduct<Real>::plan_exchange(const RowGraph<Real>& graph, const PieceOwners& owners,
                                       Index rank) {
  const Range own = graph.owned;
  std::vector<Transfer> incoming;
  std::vector<Transfer> outgoing;
  for (Index row = 0; row < own.size(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    for (Index entry = offsets_[at]; entry < offsets_[at + 1]; ++entry) {
      const Index neighbour = graph.neighbours[static_cast<std::size_t>(entry)];
      if (!own.contains(neighbour)) {
        incoming.emplace_back(owners.of(neighbour), neighbour);
        outgoing.emplace_back(owners.of(neighbour), row);
      }
    }
  }
  sort_and_merge(incoming);
  sort_and_merge(outgoing);
  std::ranges::transform(
      graph.neighbours, std::back_inserter(neighbours_), [&](Index neighbour) -> Index {
        if (own.contains(neighbour)) {
          return neighbour - own.begin;
        }
        const Transfer transfer{owners.of(neighbour), neighbour};
        return own.size() + (std::ranges::lower_bound(incoming, transfer) - incoming.begin());
      });
  std::ranges::transform(outgoing, std::back_inserter(rows_to_send_), &Transfer::second);
  send_counts_ = count(outgoing, comm_.size(), rank);
  receive_counts_ = count(incoming, comm_.size(), rank);
  outgoing_.resize(outgoing.size() * static_cast<std::size_t>(rank));
  panel_ = Matrix<Real>(own.size() + std::ssize(incoming), rank);
}

template <class Real>
void GraphProduct<Real>::multiply(ConstMatrixView<Real> piece) {
  require_shape("the factor's piece", piece, product_.rows(), product_.columns());
  exchange(piece);
  const auto scope = times_.scope(Phase::product);
  const auto panel = std::as_const(panel_).view();
  std::ranges::fill(product_.span(), Real{0});
  for (Index row = 0; row < product_.rows(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    Real* target = product_.view().row(row);
    for (Index entry = offsets_[at]; entry < offsets_[at + 1]; ++entry) {
      const Real weight = weights_[static_cast<std::size_t>(entry)];
      const Real* source = panel.row(neighbours_[static_cast<std::size_t>(entry)]);
      for (Index l = 0; l < panel.columns(); ++l) {
        target[l] += weight * source[l];
      }
    }
  }
}

template <class Real>
void GraphProduct<Real>::exchange(ConstMatrixView<Real> piece) {
  const auto scope = times_.scope(Phase::all_gather);
  ++exchanges_;
  std::ranges::copy(piece.span(), panel_.span().begin());
  auto target = outgoing_.begin();
  for (const Index row : rows_to_send_) {
    target = std::copy_n(piece.row(row), piece.columns(), target);
  }
  comm_.all_to_all(std::span<const Real>(outgoing_), std::span<const Index>(send_counts_),
                   panel_.span().subspan(piece.span().size()),
                   std::span<const Index>(receive_counts_));
}

template <class Real>
double GraphProduct<Real>::penalty() const {
  double sum = 0;
  for (Index row = 0; row < product_.rows(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    const Real* own = panel_.view().row(row);
    for (Index entry = offsets_[at]; entry < offsets_[at + 1]; ++entry) {
      const Real* other = panel_.view().row(neighbours_[static_cast<std::size_t>(entry)]);
      double squares = 0;
      for (Index l = 0; l < panel_.columns(); ++l) {
        const double difference = static_cast<double>(own[l]) - static_cast<double>(other[l]);
        squares += difference * difference;
      }
      sum += static_cast<double>(weights_[static_cast<std::size_t>(entry)]) * squares;
    }
  }
  return 0.25 * sum;
}

template <class Real>
std::int64_t GraphProduct<Real>::bytes_per_exchange() const {
  return std::ssize(outgoing_) * static_cast<std::int64_t>(sizeof(Real));
}

template class GraphProduct<float>;
template class GraphProduct<double>;

}  // namespace tessera::products
