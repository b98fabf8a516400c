#pragma once

#include "gemm.hpp"
#include "spmm.hpp"

namespace tessera::kernels::isa {
namespace {

template <class Real>
constexpr Functions<Real> kFunctions = {
    .multiply = multiply<Real>,
    .add_transposed_multiply = add_transposed_multiply<Real>,
    .panel_size = panel_size<Real>,
    .gather = gather<Real>,
    .scatter = scatter<Real>,
    .inner_product = inner_product<Real>,
};

}  // namespace
}  // namespace tessera::kernels::isa
