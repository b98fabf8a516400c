#pragma once

#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::report {

/// A row of A in W, or a column of A in H, and its weight in a component.
struct FactorEntry {
  Index index = 0;  ///< global, of the row or column
  double weight = 0;
  friend bool operator==(FactorEntry, FactorEntry) = default;
};

/// The strongest rows or columns of each component: the largest entries of the columns of W or of
/// the rows of H that are above 0, by falling weight, equal ones by rising index. The same for
/// every cut. The factor passes by in pieces, so it need not be held.
class TopEntries {
 public:
  /// At most `count` entries of each of the first `components` components.
  TopEntries(Index components, Index count);

  /// Takes some rows of W, or of the transpose of H, of which the first has the number
  /// `first_index`.
  /// @pre rows has at least as many columns as there are components here.
  void add(ConstMatrixView<double> rows, Index first_index);

  /// Makes of what every process has seen what all of them have. Collective.
  void combine(const mpi::Communicator& comm);

  [[nodiscard]] const std::vector<FactorEntry>& of(Index component) const {
    return lists_[static_cast<std::size_t>(component)];
  }

 private:
  void insert(std::vector<FactorEntry>& list, FactorEntry entry) const;

  std::vector<std::vector<FactorEntry>> lists_;
  Index count_;
};

}  // namespace tessera::report
