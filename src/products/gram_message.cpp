#include "tessera/products/gram_message.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "tessera/kernels/gram.hpp"

namespace tessera::products {
namespace {

constexpr std::size_t kRiderCount = sizeof(Riders) / sizeof(double);
using RiderArray = std::array<double, kRiderCount>;

}  // namespace

template <class Real>
GramMessage<Real>::GramMessage(const mpi::Communicator& comm, Index rank, PhaseTimes& times)
    : comm_(comm),
      rank_(rank),
      times_(times),
      buffer_(static_cast<std::size_t>(rank * rank) + kRiderCount),
      workspace_(kernels::kGramTileRows, rank) {}

template <class Real>
void GramMessage<Real>::begin(ConstMatrixView<Real> piece, const Riders& own) {
  {
    const auto scope = times_.scope(Phase::gram);
    kernels::gram(piece, workspace_.view(), MatrixView<double>(buffer_.data(), rank_, rank_));
    std::ranges::copy(std::bit_cast<RiderArray>(own), buffer_.end() - kRiderCount);
  }
  const auto scope = times_.scope(Phase::all_reduce);
  request_ = comm_.begin_all_reduce_sum(std::span<double>(buffer_));
}

template <class Real>
void GramMessage<Real>::finish() {
  const auto scope = times_.scope(Phase::all_reduce);
  request_.wait();
}

template <class Real>
Riders GramMessage<Real>::riders() const {
  RiderArray totals;
  std::copy_n(buffer_.end() - kRiderCount, kRiderCount, totals.begin());
  return std::bit_cast<Riders>(totals);
}

template class GramMessage<float>;
template class GramMessage<double>;

}  // namespace tessera::products
