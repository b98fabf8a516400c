#include "tessera/app/product_rows.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "tessera/kernels/residual.hpp"
#include "tessera/matrix/partition.hpp"

namespace tessera::app {
namespace {

/// The rows of W that this process reads: those whose products it will make, which is its part of
/// an even cut of `wanted`. The first and the last process also read what lies before and behind,
/// so that all rows are read once and the checksum can be verified.
Range rows_to_read(Range wanted, Index m, const mpi::Communicator& world) {
  const Range part = Partition::even(wanted.size(), world.size()).part(world.rank());
  const bool first = world.rank() == 0;
  const bool last = world.rank() == world.size() - 1;
  return {first ? 0 : wanted.begin + part.begin, last ? m : wanted.begin + part.end};
}

}  // namespace

template <class Real>
Matrix<Real> gather_all(const Factor<Real>& factor, const mpi::Communicator& world) {
  const auto cut = Partition::even(factor.global_rows, world.size());
  std::vector<Index> lengths;
  lengths.reserve(static_cast<std::size_t>(world.size()));
  for (int process = 0; process < world.size(); ++process) {
    lengths.push_back(cut.part(process).size() * factor.rank());
  }
  Matrix<Real> all(factor.global_rows, factor.rank());
  world.all_gather(factor.piece.span(), lengths, all.span());
  return all;
}

template <class Real>
ProductRows<Real>::ProductRows(const std::string& model, const io::ModelInfo& info, Range wanted,
                               const mpi::Communicator& world) {
  auto factors =
      io::read_factors<Real>(model, info, rows_to_read(wanted, info.rows, world),
                             Partition::even(info.columns, world.size()).part(world.rank()), world);
  h_ = gather_all(factors.h, world);
  w_begin_ = factors.w.owned.begin - wanted.begin;
  w_ = std::move(factors.w);
}

template <class Real>
void ProductRows<Real>::fill(Range rows, MatrixView<Real> product) const {
  Matrix<double> exact(rows.size(), h_.rows());
  kernels::reconstruct<Real>(w_.piece.view().rows({rows.begin - w_begin_, rows.end - w_begin_}),
                             h_.view(), exact.view());
  std::ranges::transform(exact.span(), product.data(),
                         [](double value) { return static_cast<Real>(value); });
}

template Matrix<float> gather_all(const Factor<float>&, const mpi::Communicator&);
template Matrix<double> gather_all(const Factor<double>&, const mpi::Communicator&);
template class ProductRows<float>;
template class ProductRows<double>;

}  // namespace tessera::app
