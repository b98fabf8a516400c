#pragma once

#include "vector.hpp"

namespace tessera::kernels::isa {
namespace {

/// Products of a symmetric k×k matrix G with a tile, of some components and some of the tile's rows
/// at a time: as many sums as the registers hold.
constexpr int kStripVectors = 4;
constexpr int kStripComponents = kVectorRegisters >= 32 ? 6 : 3;

template <class Real>
struct Strip {
  static constexpr int lanes = kFullLanes<Real>;
  static constexpr int rows = kStripVectors * lanes;
  using Vec = Vector<Real, lanes>;
  static_assert(kTileRows % rows == 0);
};

/// sum = G_l·tile − start for `components` components l from `first` on.
template <int components, class Real>
[[gnu::always_inline]] inline void combine_strip(
    const Real* gram, const Real* tile, const Real* start, Index k, Index first,
    typename Strip<Real>::Vec (&sum)[components][kStripVectors]) {
  constexpr int kLanes = Strip<Real>::lanes;
#pragma GCC unroll 8
  for (int c = 0; c < components; ++c) {
#pragma GCC unroll 4
    for (int i = 0; i < kStripVectors; ++i) {
      sum[c][i] = -load<Real, kLanes>(start + (first + c) * kTileRows + i * kLanes);
    }
  }
  for (Index j = 0; j < k; ++j) {
    typename Strip<Real>::Vec vectors[kStripVectors];
#pragma GCC unroll 4
    for (int i = 0; i < kStripVectors; ++i) {
      vectors[i] = load<Real, kLanes>(tile + j * kTileRows + i * kLanes);
    }
#pragma GCC unroll 8
    for (int c = 0; c < components; ++c) {
      const Real coefficient = gram[j * k + first + c];
#pragma GCC unroll 4
      for (int i = 0; i < kStripVectors; ++i) {
        sum[c][i] += coefficient * vectors[i];
      }
    }
  }
}

/// Calls body.operator()<components>(first) for all components in blocks.
template <int components, class Body>
void for_each_block(Index first, Index k, Body&& body) {
  for (; first + components <= k; first += components) {
    body.template operator()<components>(first);
  }
  if constexpr (components > 1) {
    for_each_block<components - 1>(first, k, body);
  }
}

/// result = G·tile − start.
template <class Real>
void combine_minus(const Real* gram, const Real* tile, const Real* start, Index k, Real* result) {
  for (Index row = 0; row < kTileRows; row += Strip<Real>::rows) {
    for_each_block<kStripComponents>(0, k, [&]<int components>(Index first) {
      typename Strip<Real>::Vec sum[components][kStripVectors];
      combine_strip<components>(gram, tile + row, start + row, k, first, sum);
      for (int c = 0; c < components; ++c) {
        for (int i = 0; i < kStripVectors; ++i) {
          store(sum[c][i], result + (first + c) * kTileRows + row + i * Strip<Real>::lanes);
        }
      }
    });
  }
}

/// The sets of positive entries of the rows of a tile.
template <class Real>
void mark_positive(const Real* tile, Index k, std::uint64_t* words) {
  constexpr int kLanes = kFullLanes<double>;
  constexpr Index kBits = 64;
  using Mask = Vector<long long, kLanes>;
  const Index words_per_row = (k + kBits - 1) / kBits;
  for (Index word = 0; word < words_per_row; ++word) {
    const Real* first = tile + word * kBits * kTileRows;
    const Index count = smaller(kBits, k - word * kBits);
    for (Index row = 0; row < kTileRows; row += kLanes) {
      Mask found = {};
      for (Index l = 0; l < count; ++l) {
        const auto is_positive = load<Real, kLanes>(first + l * kTileRows + row) > 0;
        found |= __builtin_convertvector(is_positive, Mask) & (Mask{} + (1LL << l));
      }
      for (int lane = 0; lane < kLanes; ++lane) {
        words[(row + lane) * words_per_row + word] = static_cast<std::uint64_t>(found[lane]);
      }
    }
  }
}

/// Sets one vector of a component to its optimum. @return by how much it changed.
template <class Real, class Vec, class Mask>
[[gnu::always_inline]] inline Vec improve(Real* target, Vec gradient, Real inverse, Real largest,
                                          Mask active, Vec& change) {
  const Vec before = load<Real, Strip<Real>::lanes>(target);
  const Vec optimum = before - gradient * inverse;
  const Vec positive = optimum > 0 ? optimum : Vec{};
  const Vec feasible = positive < largest ? positive : Vec{} + largest;
  const Vec next = active ? feasible : before;
  store(next, target);
  const Vec difference = next - before;
  change += difference * difference;
  return difference;
}

/// Components [first, first + components) of a strip, one after the other. Their gradients are
/// computed together, with the components as they were before, and each is corrected by what those
/// before it in the block have changed by.
template <int components, class Real, class Mask>
[[gnu::always_inline]] inline void sweep_block(const SweepSubproblem<Real>& problem, Real* tile,
                                               Index row, Index first,
                                               const Mask (&active)[kStripVectors],
                                               typename Strip<Real>::Vec (&change)[kStripVectors]) {
  using Vec = typename Strip<Real>::Vec;
  constexpr int kLanes = Strip<Real>::lanes;
  const Index k = problem.k;
  Vec gradient[components][kStripVectors];
  combine_strip<components>(problem.gram, tile + row, problem.cross + row, k, first, gradient);
#pragma GCC unroll 8
  for (int c = 0; c < components; ++c) {
    const Real inverse = problem.inverse[first + c];
    if (inverse == 0) {
      continue;
    }
    Vec difference[kStripVectors];
#pragma GCC unroll 4
    for (int i = 0; i < kStripVectors; ++i) {
      difference[i] = improve(tile + (first + c) * kTileRows + row + i * kLanes, gradient[c][i],
                              inverse, problem.largest, active[i], change[i]);
    }
#pragma GCC unroll 8
    for (int later = c + 1; later < components; ++later) {
      const Real coefficient = problem.gram[(first + c) * k + first + later];
#pragma GCC unroll 4
      for (int i = 0; i < kStripVectors; ++i) {
        gradient[later][i] += coefficient * difference[i];
      }
    }
  }
}

template <class Real>
void sweep(const SweepSubproblem<Real>& problem, const Real* active, Real* tile, Real* change) {
  using Vec = typename Strip<Real>::Vec;
  constexpr int kLanes = Strip<Real>::lanes;
  using Mask = decltype(Vec{} != Vec{});
  for (Index row = 0; row < kTileRows; row += Strip<Real>::rows) {
    Mask mask[kStripVectors];
    Vec sum[kStripVectors] = {};
    for (int i = 0; i < kStripVectors; ++i) {
      mask[i] = load<Real, kLanes>(active + row + i * kLanes) != 0;
    }
    for_each_block<kStripComponents>(0, problem.k, [&]<int components>(Index first) {
      sweep_block<components>(problem, tile, row, first, mask, sum);
    });
    for (int i = 0; i < kStripVectors; ++i) {
      store(sum[i], change + row + i * kLanes);
    }
  }
}

}  // namespace
}  // namespace tessera::kernels::isa
