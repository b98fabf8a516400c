#include "tessera/report/coherence.hpp"

#include <cmath>

namespace tessera::report {
namespace {

double umass(Index both, Index stronger) {
  return std::log((static_cast<double>(both) + 1) / static_cast<double>(stronger));
}

double npmi(Index both, Index one, Index other, Index rows) {
  if (both == 0) {
    return -1;
  }
  if (both == rows) {
    return 1;
  }
  const auto share = [&](Index count) {
    return static_cast<double>(count) / static_cast<double>(rows);
  };
  return std::log(share(both) / (share(one) * share(other))) / -std::log(share(both));
}

}  // namespace

Coherence coherence(const ConstMatrixView<Index>& counts, Index rows) {
  Coherence sum{0, 0};
  Index pairs = 0;
  for (Index m = 1; m < counts.rows(); ++m) {
    for (Index l = 0; l < m; ++l) {
      if (counts(m, m) > 0 && counts(l, l) > 0) {
        sum.umass += umass(counts(m, l), counts(l, l));
        sum.npmi += npmi(counts(m, l), counts(m, m), counts(l, l), rows);
        ++pairs;
      }
    }
  }
  if (pairs == 0) {
    return kNoCoherence;
  }
  return {sum.umass / static_cast<double>(pairs), sum.npmi / static_cast<double>(pairs)};
}

}  // namespace tessera::report
