#include "eigen_product.hpp"

#include <Eigen/Core>
#include <Eigen/SparseCore>

namespace tessera::bench {
namespace {

template <class Real>
using Dense = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class Real>
auto view(const SparseBlock<Real>& a, std::span<const std::int32_t> offsets) {
  return Eigen::Map<const Eigen::SparseMatrix<Real, Eigen::RowMajor, std::int32_t>>(
      a.rows().size(), a.columns().size(), a.stored_entries(), offsets.data(),
      a.local_columns().data(), a.values().held());
}

template <class Real>
auto view(ConstMatrixView<Real> matrix) {
  return Eigen::Map<const Dense<Real>>(matrix.data(), matrix.rows(), matrix.columns());
}

template <class Real>
auto view(MatrixView<Real> matrix) {
  return Eigen::Map<Dense<Real>>(matrix.data(), matrix.rows(), matrix.columns());
}

}  // namespace

template <class Real>
void eigen_multiply(const SparseBlock<Real>& a, std::span<const std::int32_t> offsets,
                    ConstMatrixView<Real> f, MatrixView<Real> result) {
  view<Real>(result).noalias() = view<Real>(a, offsets) * view<Real>(f);
}

template <class Real>
void eigen_add_transposed_multiply(const SparseBlock<Real>& a,
                                   std::span<const std::int32_t> offsets, ConstMatrixView<Real> f,
                                   MatrixView<Real> result) {
  view<Real>(result).noalias() += view<Real>(a, offsets).transpose() * view<Real>(f);
}

#define TESSERA_INSTANTIATE(Real)                                                       \
  template void eigen_multiply(const SparseBlock<Real>&, std::span<const std::int32_t>, \
                               ConstMatrixView<Real>, MatrixView<Real>);                \
  template void eigen_add_transposed_multiply(const SparseBlock<Real>&,                 \
                                              std::span<const std::int32_t>,            \
                                              ConstMatrixView<Real>, MatrixView<Real>);
TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)
#undef TESSERA_INSTANTIATE

}  // namespace tessera::bench
