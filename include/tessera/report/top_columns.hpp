#pragma once

#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::report {

/// An entry of a component.
struct ColumnWeight {
  Index column = 0;  ///< global, of A and H
  double weight = 0;
  friend bool operator==(ColumnWeight, ColumnWeight) = default;
};

/// The strongest columns of each component: the largest entries of the rows of H that are above 0,
/// by falling weight, equal ones by rising column. H passes by in pieces, so it need not be held.
class TopColumns {
 public:
  /// At most `count` columns of each of the first `components` components.
  TopColumns(Index components, Index count);

  /// Takes some columns of H: rows of its transpose, of which the first is that of `first_column`.
  /// @pre h has at least as many columns as there are components here.
  void add(ConstMatrixView<double> h, Index first_column);

  /// Makes of what every process has seen what all of them have. Collective.
  void combine(const mpi::Communicator& comm);

  [[nodiscard]] const std::vector<ColumnWeight>& of(Index component) const {
    return lists_[static_cast<std::size_t>(component)];
  }

 private:
  void insert(std::vector<ColumnWeight>& list, ColumnWeight entry) const;

  std::vector<std::vector<ColumnWeight>> lists_;
  Index count_;
};

}  // namespace tessera::report
