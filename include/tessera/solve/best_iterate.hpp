#pragma once

#include <optional>

#include "tessera/core/iteration_record.hpp"
#include "tessera/matrix/factor.hpp"

namespace tessera::solve {

/// Keeps a copy of the iterate with the smallest loss, for algorithms whose loss may rise.
template <class Real>
class BestIterate {
 public:
  void offer(const IterationRecord& record, const FactorPair<Real>& factors) {
    if (!record_ || record.loss < record_->loss) {
      record_ = record;
      factors_ = factors;
    }
  }
  /// Puts the best iterate back and returns its record. @pre something was offered.
  IterationRecord restore(FactorPair<Real>& factors) const {
    factors = factors_;
    return *record_;
  }

 private:
  std::optional<IterationRecord> record_;
  FactorPair<Real> factors_;
};

}  // namespace tessera::solve
