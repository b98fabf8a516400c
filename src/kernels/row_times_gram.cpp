#include "tessera/kernels/row_times_gram.hpp"

#include "dispatch.hpp"

namespace tessera::kernels {

template <class Real>
void row_times_gram(const Real* f, ConstMatrixView<Real> gram, Real* result) {
  functions<Real>().multiply_row(f, gram.data(), gram.columns(), result);
}

template void row_times_gram(const float*, ConstMatrixView<float>, float*);
template void row_times_gram(const double*, ConstMatrixView<double>, double*);

}  // namespace tessera::kernels
