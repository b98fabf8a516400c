#include "tessera/update/scaled_gram.hpp"

#include <cmath>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::update {

ScaledGram::ScaledGram(Index rank)
    : rank_(rank),
      scales_(static_cast<std::size_t>(rank)),
      inverse_scales_(scales_.size()),
      matrix_(rank + 1, padded_size(rank)) {}

void ScaledGram::assign(ConstMatrixView<double> gram) {
  const double largest = kernels::largest_diagonal(gram);
  is_zero_ = largest <= 0;
  for (Index l = 0; l < rank_; ++l) {
    int exponent = 0;
    std::frexp(gram(l, l), &exponent);
    const int half = exponent >> 1;  // rounds down, so that what is left is 2⁰ or 2¹
    const bool live = kernels::is_live(gram, l, largest);
    scales_[static_cast<std::size_t>(l)] = live ? std::ldexp(1.0, -half) : 0.0;
    inverse_scales_[static_cast<std::size_t>(l)] = live ? std::ldexp(1.0, half) : 0.0;
  }
  for (Index i = 0; i < rank_; ++i) {
    for (Index j = 0; j < rank_; ++j) {
      matrix_(i, j) = gram(i, j) * scale(i) * scale(j);
    }
  }
}

double ScaledGram::objective(std::span<const double> f, std::span<const double> c) const {
  double value = 0;
  for (Index l = 0; l < rank_; ++l) {
    double product = 0;
    for (Index j = 0; j < rank_; ++j) {
      product += matrix_(l, j) * f[static_cast<std::size_t>(j)];
    }
    const auto at = static_cast<std::size_t>(l);
    value += f[at] * (0.5 * product - c[at]);
  }
  return value;
}

}  // namespace tessera::update
