#include "tessera/app/canonical_factors.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tessera/config/choices.hpp"
#include "tessera/matrix/partition.hpp"

namespace tessera::app {
namespace {

/// The norms of the rows of H, given as pieces of its transpose. Collective.
template <class Real>
std::vector<double> norms_of_components(const Factor<Real>& h, bool by_sum,
                                        const mpi::Communicator& world) {
  std::vector<double> sums(static_cast<std::size_t>(h.rank()));
  for (Index row = 0; row < h.piece.rows(); ++row) {
    for (std::size_t l = 0; l < sums.size(); ++l) {
      const auto value = static_cast<double>(h.piece(row, static_cast<Index>(l)));
      sums[l] += by_sum ? value : value * value;
    }
  }
  world.all_reduce_sum(std::span(sums));
  if (!by_sum) {
    std::ranges::transform(sums, sums.begin(), [](double sum) { return std::sqrt(sum); });
  }
  return sums;
}

template <class Real>
void scale_columns(Factor<Real>& factor, const std::vector<double>& scale) {
  for (Index row = 0; row < factor.piece.rows(); ++row) {
    for (std::size_t l = 0; l < scale.size(); ++l) {
      Real& value = factor.piece(row, static_cast<Index>(l));
      value = static_cast<Real>(static_cast<double>(value) * scale[l]);
    }
  }
}

}  // namespace

template <class Real>
FactorPair<Real> read_canonical_factors(const std::string& path, const io::ModelInfo& info,
                                        const mpi::Communicator& world) {
  const auto part = [&](Index total) {
    return Partition::even(total, world.size()).part(world.rank());
  };
  auto factors = io::read_factors<Real>(path, info, part(info.rows), part(info.columns), world);
  if (info.normalization != name_of(Normalization::none)) {
    return factors;
  }
  auto scale = norms_of_components(factors.h, info.loss == name_of(Loss::kl), world);
  scale_columns(factors.w, scale);
  std::ranges::transform(scale, scale.begin(),
                         [](double norm) { return norm > 0 ? 1 / norm : 0.0; });
  scale_columns(factors.h, scale);
  return factors;
}

template FactorPair<float> read_canonical_factors(const std::string&, const io::ModelInfo&,
                                                  const mpi::Communicator&);
template FactorPair<double> read_canonical_factors(const std::string&, const io::ModelInfo&,
                                                   const mpi::Communicator&);

}  // namespace tessera::app
