#pragma once

#include <gtest/gtest.h>

#include "tessera/io/factor_file.hpp"
#include "tessera/matrix/partition.hpp"

#include "mpi_test.hpp"

/// Factors whose every coefficient is known, and what a result says besides them.
namespace tessera::io {

inline constexpr Index kRank = 3;

/// A coefficient that float32 holds exactly; `side` tells W from H.
template <class Real>
Real coefficient(int side, Index row, Index component) {
  return static_cast<Real>(0.25 * static_cast<double>(1000 * side + 10 * row + component));
}

template <class Real>
Factor<Real> make_factor(int side, Index global_rows, Range owned) {
  Factor<Real> factor(global_rows, owned, kRank);
  for (Index local_row = 0; local_row < owned.size(); ++local_row) {
    for (Index component = 0; component < kRank; ++component) {
      factor.piece(local_row, component) =
          coefficient<Real>(side, owned.begin + local_row, component);
    }
  }
  return factor;
}

/// This process's pieces of W (m×k) and H (k×n) on a grid.
template <class Real>
FactorPair<Real> make_factors(Index m, Index n, mpi::GridShape shape) {
  const Distribution cut(m, n, shape.rows, shape.columns);
  const int i = testing::test_world().rank() / shape.columns;
  const int j = testing::test_world().rank() % shape.columns;
  return {make_factor<Real>(0, m, cut.w_piece(i, j)), make_factor<Real>(1, n, cut.h_piece(i, j))};
}

template <class Real>
void expect_factor(int side, const Factor<Real>& factor) {
  for (Index local_row = 0; local_row < factor.owned.size(); ++local_row) {
    for (Index component = 0; component < kRank; ++component) {
      EXPECT_EQ(factor.piece(local_row, component),
                coefficient<Real>(side, factor.owned.begin + local_row, component));
    }
  }
}

inline ModelInfo make_info() {
  ModelInfo info;
  info.input = "data/f\u00fcr.h5:/X";
  info.input_fingerprint = 0xfedcba9876543210;
  info.input_norm = 12.5;
  info.algorithm = "hals";
  info.normalization = "l2";
  info.relative_error = 0.1;
  info.held_out_rmse = 0.75;
  info.iterations = 17;
  info.stop_reason = "tolerance";
  info.seed = ~std::uint64_t{0};
  info.dead_components = 1;
  info.process_grid = "2x3";
  info.threads = 4;
  info.instruction_set = "avx2";
  info.version = "0.1.0";
  info.seconds = 1.5;
  info.image_shape = "64x64";
  info.configuration = "[solver]\nrank = 3\n";
  info.history = {{1, 0.5, 8, 0.4}, {2, 1.0, 2, 0.2, 1e-3}};
  info.phases = {{"reduce_scatter", 0.25, 0.5, 1}, {"update", 1, 1.5, 2}};
  return info;
}

}  // namespace tessera::io
