#include "tessera/kernels/row_times_gram.hpp"

#include "dispatch.hpp"

namespace tessera::kernels {

template <class Real>
void row_times_gram(const Real* f, ConstMatrixView<Real> gram, Real* result) {
  functions<Real>().multiply_row(f, gram.data(), gram.columns(), result);
}

template <class Real>
void rows_times_gram(ConstMatrixView<Real> rows, ConstMatrixView<Real> gram,
                     MatrixView<Real> result) {
  const Index k = rows.columns();
  require_shape("the gram matrix", gram, k, k);
  require_shape("the result of F·G", result, rows.rows(), k);
  functions<Real>().multiply({rows.data(), k, rows.rows(), k}, gram.data(), k, result.data(),
                             panel<Real>(k));
}

template void rows_times_gram(ConstMatrixView<float>, ConstMatrixView<float>, MatrixView<float>);
template void rows_times_gram(ConstMatrixView<double>, ConstMatrixView<double>, MatrixView<double>);
template void row_times_gram(const float*, ConstMatrixView<float>, float*);
template void row_times_gram(const double*, ConstMatrixView<double>, double*);

}  // namespace tessera::kernels
