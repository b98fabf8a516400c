#pragma once

#include <string>

#include "tessera/io/factor_file.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::app {

/// All of a factor on every process, from the pieces of an even cut. Collective.
template <class Real>
[[nodiscard]] Matrix<Real> gather_all(const Factor<Real>& factor, const mpi::Communicator& world);

/// Rows of W·H of a result, each made when it is asked for: of W, every process holds those of its
/// part of an even cut of the wanted rows, of H all.
template <class Real>
class ProductRows {
 public:
  /// Reads and verifies the factors. Collective; @throws mpi::AgreedError.
  ProductRows(const std::string& model, const io::ModelInfo& info, Range wanted,
              const mpi::Communicator& world);

  /// Rows [rows.begin, rows.end), counted from the first wanted one. @pre they are this process's,
  /// and `product` is rows.size() × n.
  void fill(Range rows, MatrixView<Real> product) const;

 private:
  Factor<Real> w_;
  Matrix<Real> h_;
  Index w_begin_;  ///< first row of w_, counted from the first wanted one
};

}  // namespace tessera::app
