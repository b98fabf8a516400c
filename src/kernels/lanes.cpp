#include "tessera/kernels/lanes.hpp"

#include "dispatch.hpp"

namespace tessera::kernels {

Index lane_factor_size(Index places) {
  const Index blocks = (places + kLaneBlock - 1) / kLaneBlock;
  return blocks * (blocks + 1) / 2 * kLaneBlock * kLaneBlock * kLanes;
}

void factorize_lanes(const LaneSystem& system, double* unstable) {
  table().lanes.factorize(system, unstable);
}

void solve_lanes(const LaneSystem& system, double* values) { table().lanes.solve(system, values); }

void combine_members(const LaneSystem& system, Index lane, Index count, const double* coefficients,
                     const double* start, double* result) {
  table().lanes.combine(system, lane, count, coefficients, start, result);
}

void mark_below(const double* values, Index count, double bound, std::uint64_t* words) {
  table().lanes.mark_below(values, count, bound, words);
}

template <class Real>
double scale_row(const Real* row, double shift, const double* scale, Index count, double* result) {
  return functions<Real>().scale_row(row, shift, scale, count, result);
}

template double scale_row(const float*, double, const double*, Index, double*);
template double scale_row(const double*, double, const double*, Index, double*);

}  // namespace tessera::kernels
