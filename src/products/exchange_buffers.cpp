#include "tessera/products/exchange_buffers.hpp"

#include <algorithm>

namespace tessera::products {
namespace {

/// Entries of so many rows, up to the next cache line.
template <class Real>
Index padded(Index rows, Index rank) {
  constexpr Index kLine = kAlignment / sizeof(Real);
  return (rows * rank + kLine - 1) / kLine * kLine;
}

}  // namespace

template <class Real>
Index ExchangeBuffers<Real>::bytes(int processes, Index panel_rows, Index block_rows, Index rank,
                                   Index sums) {
  return (padded<Real>(panel_rows, rank) + processes * sums * padded<Real>(block_rows, rank)) *
         Index{sizeof(Real)};
}

template <class Real>
ExchangeBuffers<Real>::ExchangeBuffers(const mpi::Communicator& node, Index panel_rows,
                                       Index block_rows, Index rank, Index sums)
    : own_(node.rank()),
      panel_rows_(panel_rows),
      block_rows_(block_rows),
      rank_(rank),
      sums_(sums) {
  const Index size = bytes(node.size(), panel_rows, block_rows, rank, sums);
  if (node.size() == 1) {
    own_memory_.resize(static_cast<std::size_t>(size) / sizeof(Real));
    return;
  }
  shared_.emplace(node, size);
  // A page lies in the memory next to the core that touches it first.
  for (Index sum = 0; sum < sums; ++sum) {
    std::ranges::fill(own_partial(sum).span(), Real{0});
  }
  const Range own{panel_rows * own_ / node.size(), panel_rows * (own_ + 1) / node.size()};
  std::ranges::fill(panel().rows(own).span(), Real{0});
  synchronize();
}

template <class Real>
MatrixView<Real> ExchangeBuffers<Real>::partial(int process, Index sum) const {
  return {at(1 + process * sums_ + sum), block_rows_, rank_};
}

template <class Real>
void ExchangeBuffers<Real>::synchronize() const {
  if (shared_) {
    shared_->synchronize();
  }
}

/// Section 0 is the panel, the others are the sums.
template <class Real>
Real* ExchangeBuffers<Real>::at(Index section) const {
  Real* begin = shared_ ? reinterpret_cast<Real*>(shared_->bytes().data()) : own_memory_.data();
  return section == 0 ? begin
                      : begin + padded<Real>(panel_rows_, rank_) +
                            (section - 1) * padded<Real>(block_rows_, rank_);
}

template class ExchangeBuffers<float>;
template class ExchangeBuffers<double>;

}  // namespace tessera::products
