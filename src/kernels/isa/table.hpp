#pragma once

#include "gemm.hpp"
#include "gram.hpp"
#include "lanes.hpp"
#include "predict.hpp"
#include "spmm.hpp"
#include "tile.hpp"
#include "transpose.hpp"

namespace tessera::kernels::isa {
namespace {

template <class Real>
constexpr Functions<Real> kFunctions = {
    .multiply = multiply<Real>,
    .add_transposed_multiply = add_transposed_multiply<Real>,
    .add_gram = add_gram<Real>,
    .widen = widen<Real>,
    .multiply_row = multiply_row<Real>,
    .panel_size = panel_size<Real>,
    .gather = gather<Real>,
    .scatter = scatter<Real>,
    .inner_product = inner_product<Real>,
    .predict = predict<Real>,
    .load_transposed = load_transposed<Real>,
    .store_transposed = store_transposed<Real>,
    .mark_positive = mark_positive<Real>,
    .scale_row = scale_row<Real>,
    .combine_minus = combine_minus<Real>,
    .sweep = sweep<Real>,
};

}  // namespace
}  // namespace tessera::kernels::isa
