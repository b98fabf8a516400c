#pragma once

#include "vector.hpp"

namespace tessera::kernels::isa {
namespace {

/// Lanes of a system that fill a register; the others follow in further passes.
constexpr int kPassLanes = kFullLanes<double>;
using LaneVec = Vector<double, kPassLanes>;
static_assert(kLanes % kPassLanes == 0);

/// Columns of a block of rows that are computed together: as many sums as the registers hold.
constexpr int kLaneColumns = kVectorRegisters >= 32 ? 4 : 2;
static_assert(kLaneBlock % kLaneColumns == 0);

/// Place p of some lanes.
[[gnu::always_inline]] inline LaneVec lanes_at(const double* from, Index p) {
  return load<double, kPassLanes>(from + p * kLanes);
}

/// The blocks of rows of L lie one behind the other, each column by column as far as the diagonal.
[[gnu::always_inline]] inline double* block_of(double* lower, Index block) {
  return lower + block * (block + 1) / 2 * kLaneBlock * kLaneBlock * kLanes;
}

/// Calls body.operator()<rows>() with as many rows as a block has that `rest` rows begin with.
template <int rows = kLaneBlock, class Body>
[[gnu::always_inline]] inline void with_block_rows(Index rest, Body&& body) {
  if constexpr (rows > 1) {
    if (rest < rows) {
      with_block_rows<rows - 1>(rest, body);
      return;
    }
  }
  body.template operator()<rows>();
}

/// The rows of G that the members in a block of places lead to.
template <int rows>
struct Sources {
  const double* row[rows][kPassLanes];

  Sources(const LaneSystem& system, Index begin) {
    for (int r = 0; r < rows; ++r) {
      for (int lane = 0; lane < kPassLanes; ++lane) {
        row[r][lane] = system.gram + system.members[(begin + r) * kLanes + lane] * system.stride;
      }
    }
  }

  /// Entries of G_PP in one column.
  [[gnu::always_inline]] LaneVec entries(int r, const Index* columns) const {
    LaneVec entries;
#pragma GCC unroll 8
    for (int lane = 0; lane < kPassLanes; ++lane) {
      entries[lane] = row[r][lane][columns[lane]];
    }
    return entries;
  }
};

/// L_ij = (G_ij − Σ_{m<j} L_im·L_jm) / L_jj for a block of rows i, and kLaneColumns columns j left
/// of its diagonal.
template <int rows>
void factorize_columns(const LaneSystem& system, const Sources<rows>& sources, double* own,
                       Index column) {
  const double* other = block_of(system.lower, column / kLaneBlock) + column % kLaneBlock * kLanes;
  LaneVec sum[rows][kLaneColumns] = {};
  for (Index m = 0; m < column; ++m) {
    LaneVec left[rows];
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      left[r] = lanes_at(own, m * kLaneBlock + r);
    }
#pragma GCC unroll 4
    for (int c = 0; c < kLaneColumns; ++c) {
      const LaneVec right = lanes_at(other, m * kLaneBlock + c);
#pragma GCC unroll 4
      for (int r = 0; r < rows; ++r) {
        sum[r][c] += left[r] * right;
      }
    }
  }
#pragma GCC unroll 4
  for (int c = 0; c < kLaneColumns; ++c) {
    const LaneVec inverse = lanes_at(system.inverses, column + c);
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      LaneVec value = sources.entries(r, system.members + (column + c) * kLanes) - sum[r][c];
#pragma GCC unroll 4
      for (int e = 0; e < c; ++e) {
        value -= sum[r][e] * lanes_at(other, (column + e) * kLaneBlock + c);
      }
      sum[r][c] = value * inverse;
      store(sum[r][c], own + ((column + c) * kLaneBlock + r) * kLanes);
    }
  }
}

/// 1 / √pivot; where the pivot is not above its noise, that is marked and 1 taken in its stead, so
/// that the other lanes go on.
[[gnu::always_inline]] inline LaneVec inverse_root(LaneVec pivot, LaneVec noise,
                                                   LaneVec& unstable) {
  const LaneVec ones = LaneVec{} + 1.0;
  const auto is_usable = pivot > noise;
  unstable = is_usable ? unstable : ones;
  const LaneVec usable = is_usable ? pivot : ones;
  LaneVec root;
#pragma GCC unroll 8
  for (int lane = 0; lane < kPassLanes; ++lane) {
    root[lane] = __builtin_sqrt(usable[lane]);
  }
  return ones / root;
}

/// The same for the columns up to the diagonal of a block of rows. Beyond a lane's set the diagonal
/// is that of the identity.
template <int rows>
void factorize_diagonal(const LaneSystem& system, const Sources<rows>& sources, double* own,
                        Index begin, LaneVec& unstable) {
  LaneVec sum[rows][rows] = {};
  for (Index m = 0; m < begin; ++m) {
    LaneVec left[rows];
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      left[r] = lanes_at(own, m * kLaneBlock + r);
#pragma GCC unroll 4
      for (int c = 0; c <= r; ++c) {
        sum[r][c] += left[r] * left[c];
      }
    }
  }
  const LaneVec sizes = lanes_at(system.sizes, 0);
#pragma GCC unroll 4
  for (int c = 0; c < rows; ++c) {
    const Index* columns = system.members + (begin + c) * kLanes;
    const LaneVec place = LaneVec{} + static_cast<double>(begin + c);
    const LaneVec diagonal =
        place < sizes ? sources.entries(c, columns) * lanes_at(system.growths, 0) : LaneVec{} + 1.0;
    LaneVec pivot = diagonal - sum[c][c];
#pragma GCC unroll 4
    for (int e = 0; e < c; ++e) {
      pivot -= sum[c][e] * sum[c][e];
    }
    const LaneVec inverse = inverse_root(pivot, sizes * __DBL_EPSILON__ * diagonal, unstable);
    store(inverse, system.inverses + (begin + c) * kLanes);
#pragma GCC unroll 4
    for (int r = c + 1; r < rows; ++r) {
      LaneVec value = sources.entries(r, columns) - sum[r][c];
#pragma GCC unroll 4
      for (int e = 0; e < c; ++e) {
        value -= sum[r][e] * sum[c][e];
      }
      sum[r][c] = value * inverse;
      store(sum[r][c], own + ((begin + c) * kLaneBlock + r) * kLanes);
    }
  }
}

/// The system in those lanes from `lane` on that fill a register.
inline LaneSystem pass_of(LaneSystem system, Index lane) {
  system.members += lane;
  system.sizes += lane;
  system.growths += lane;
  system.lower += lane;
  system.inverses += lane;
  return system;
}

inline void factorize_lanes(const LaneSystem& all, double* unstable) {
  for (Index lane = 0; lane < kLanes; lane += kPassLanes) {
    const LaneSystem system = pass_of(all, lane);
    LaneVec met_noise = {};
    for (Index begin = 0; begin < system.order; begin += kLaneBlock) {
      double* own = block_of(system.lower, begin / kLaneBlock);
      with_block_rows(system.order - begin, [&]<int rows>() {
        const Sources<rows> sources(system, begin);
        for (Index column = 0; column < begin; column += kLaneColumns) {
          factorize_columns<rows>(system, sources, own, column);
        }
        factorize_diagonal<rows>(system, sources, own, begin, met_noise);
      });
    }
    store(met_noise, unstable + lane);
  }
}

/// Some values of L·z = c, those before them being known.
template <int rows>
[[gnu::always_inline]] inline void solve_forward(const LaneSystem& system, Index begin,
                                                 double* values) {
  const double* own = block_of(system.lower, begin / kLaneBlock);
  LaneVec x[rows];
#pragma GCC unroll 4
  for (int r = 0; r < rows; ++r) {
    x[r] = lanes_at(values, begin + r);
  }
  for (Index m = 0; m < begin; ++m) {
    const LaneVec known = lanes_at(values, m);
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      x[r] -= lanes_at(own, m * kLaneBlock + r) * known;
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 4
    for (int e = 0; e < r; ++e) {
      x[r] -= lanes_at(own, (begin + e) * kLaneBlock + r) * x[e];
    }
    x[r] = x[r] * lanes_at(system.inverses, begin + r);
    store(x[r], values + (begin + r) * kLanes);
  }
}

/// Some values of Lᵀ·x = z, which all values before them then no longer hang on.
template <int rows>
[[gnu::always_inline]] inline void solve_backward(const LaneSystem& system, Index begin,
                                                  double* values) {
  const double* own = block_of(system.lower, begin / kLaneBlock);
  LaneVec x[rows];
#pragma GCC unroll 4
  for (int r = rows - 1; r >= 0; --r) {
    x[r] = lanes_at(values, begin + r);
#pragma GCC unroll 4
    for (int e = rows - 1; e > r; --e) {
      x[r] -= lanes_at(own, (begin + r) * kLaneBlock + e) * x[e];
    }
    x[r] = x[r] * lanes_at(system.inverses, begin + r);
    store(x[r], values + (begin + r) * kLanes);
  }
  for (Index m = 0; m < begin; ++m) {
    LaneVec before = lanes_at(values, m);
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      before -= lanes_at(own, m * kLaneBlock + r) * x[r];
    }
    store(before, values + m * kLanes);
  }
}

inline void solve_lanes(const LaneSystem& all, double* values) {
  const Index last = (all.order - 1) / kLaneBlock * kLaneBlock;
  for (Index lane = 0; lane < kLanes && all.order > 0; lane += kPassLanes) {
    const LaneSystem system = pass_of(all, lane);
    double* x = values + lane;
    for (Index begin = 0; begin <= last; begin += kLaneBlock) {
      with_block_rows(system.order - begin,
                      [&]<int rows>() { solve_forward<rows>(system, begin, x); });
    }
    for (Index begin = last; begin >= 0; begin -= kLaneBlock) {
      with_block_rows(system.order - begin,
                      [&]<int rows>() { solve_backward<rows>(system, begin, x); });
    }
  }
}

inline void combine_members(const LaneSystem& system, Index lane, Index count,
                            const double* coefficients, const double* start, double* result) {
  constexpr int kSums = 8;
  for_each_slice<double, kSums>(0, system.stride, [&](Index slice, auto cover) {
    using Cover = decltype(cover);
    typename Cover::Vec sum[Cover::count];
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      sum[i] = -load<double, Cover::lanes>(start + slice + cover.offset(i));
    }
    for (Index p = 0; p < count; ++p) {
      const double coefficient = coefficients[p * kLanes + lane];
      const double* row = system.gram + system.members[p * kLanes + lane] * system.stride + slice;
#pragma GCC unroll 8
      for (int i = 0; i < Cover::count; ++i) {
        sum[i] += coefficient * load<double, Cover::lanes>(row + cover.offset(i));
      }
    }
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      store(sum[i], result + slice + cover.offset(i));
    }
  });
}

inline void mark_below(const double* values, Index count, double bound, std::uint64_t* words) {
  constexpr Index kBits = 64;
  using Mask = decltype(LaneVec{} < LaneVec{});
  Mask bits;
  for (int lane = 0; lane < kPassLanes; ++lane) {
    bits[lane] = 1LL << lane;
  }
  for (Index begin = 0; begin < count; begin += kBits, ++words) {
    const Index length = smaller(kBits, count - begin);
    Mask found = {};
    Index at = 0;
    for (; at + kPassLanes <= length; at += kPassLanes) {
      found |= (load<double, kPassLanes>(values + begin + at) < bound) & (bits << at);
    }
    std::uint64_t word = 0;
    for (int lane = 0; lane < kPassLanes; ++lane) {
      word |= static_cast<std::uint64_t>(found[lane]);
    }
    for (; at < length; ++at) {
      word |= static_cast<std::uint64_t>(values[begin + at] < bound) << at;
    }
    *words = word;
  }
}

template <class Real>
double scale_row(const Real* row, double shift, const double* scale, Index k, double* result) {
  double largest = 0;
  for_each_slice<double, 8>(0, k, [&](Index slice, auto cover) {
    using Cover = decltype(cover);
    using Vec = typename Cover::Vec;
    Vec magnitudes = {};
#pragma GCC unroll 8
    for (int i = 0; i < Cover::count; ++i) {
      const Index at = slice + cover.offset(i);
      const Vec entries = __builtin_convertvector((load<Real, Cover::lanes>(row + at)), Vec);
      const Vec scaled = (entries - shift) * load<double, Cover::lanes>(scale + at);
      store(scaled, result + at);
      const Vec magnitude = scaled < 0 ? -scaled : scaled;
      magnitudes = magnitude > magnitudes ? magnitude : magnitudes;
    }
    for (int lane = 0; lane < Cover::lanes; ++lane) {
      largest = magnitudes[lane] > largest ? magnitudes[lane] : largest;
    }
  });
  return largest;
}

constexpr LaneFunctions kLaneFunctions = {
    .factorize = factorize_lanes,
    .solve = solve_lanes,
    .combine = combine_members,
    .mark_below = mark_below,
};

}  // namespace
}  // namespace tessera::kernels::isa
