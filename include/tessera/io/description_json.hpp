#pragma once

#include <nlohmann/json.hpp>

#include "tessera/io/matrix_source.hpp"

/// How a description travels from process 0 to the others; see broadcast_value().
namespace tessera::io {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MatrixDescription, path, dataset, format, value_type, storage,
                                   image_shape, rows, columns, exceeds_float32)

}  // namespace tessera::io
