#pragma once

#include <cstdint>
#include <optional>

#include "tessera/config/options.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/products/graph_product.hpp"

namespace tessera::solve {

/// The penalty ½μ·tr(FᵀLF) between neighbouring rows of one factor, where it is asked for: else
/// there is nothing to do, and nothing is sent.
template <class Real>
class RowCoupling {
 public:
  /// No such penalty.
  RowCoupling() = default;
  explicit RowCoupling(products::GraphProduct<Real> product) : product_(std::move(product)) {}

  /// The own rows of the factor have become these. Collective.
  void renew(ConstMatrixView<Real> factor) {
    if (product_) {
      product_->multiply(factor);
    }
  }
  /// Of the factor last renewed: what its update needs, and this process's share of its penalty.
  [[nodiscard]] Coupling<Real> terms() const {
    return product_ ? product_->coupling() : Coupling<Real>{};
  }
  [[nodiscard]] double penalty() const { return product_ ? product_->penalty() : 0.0; }

  /// This process's share of what one renewal moves, and of what all of them have moved.
  [[nodiscard]] std::int64_t bytes_per_renewal() const {
    return product_ ? product_->bytes_per_exchange() : 0;
  }
  [[nodiscard]] std::int64_t bytes_moved() const { return product_ ? product_->bytes_moved() : 0; }

 private:
  std::optional<products::GraphProduct<Real>> product_;
};

/// The coupling of W by a.row_graph, as solver.penalty_w asks for. @throws ShapeError when the
/// graph is not there. `grid` and `times` outlive the result.
template <class Real>
[[nodiscard]] RowCoupling<Real> couple_w(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                         const SolverOptions& solver, PhaseTimes& times);
/// The coupling of H by the order of the columns, as solver.penalty_h asks for.
template <class Real>
[[nodiscard]] RowCoupling<Real> couple_h(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                         const SolverOptions& solver, PhaseTimes& times);

}  // namespace tessera::solve
