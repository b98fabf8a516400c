#include "tessera/products/gram_message.hpp"

#include "tessera/kernels/gram.hpp"

namespace tessera::products {

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
    double* rider = buffer_.data() + rank_ * rank_;
    rider[0] = own.inner_product;
    rider[1] = own.projected_gradient;
    rider[2] = own.cross_norm;
    rider[3] = own.stop_flag;
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
  const double* rider = buffer_.data() + rank_ * rank_;
  return {rider[0], rider[1], rider[2], rider[3]};
}

template class GramMessage<float>;
template class GramMessage<double>;

}  // namespace tessera::products
