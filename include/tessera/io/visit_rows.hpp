#pragma once

#include <functional>
#include <string>

#include "tessera/io/factor_file.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::io {

/// Takes consecutive rows of W, global, from the first on.
template <class Real>
using VisitRows = std::function<void(Range rows, ConstMatrixView<Real> weights)>;

/// Reads W of a result on this process alone, in pieces of about `piece_bytes`, at least one row,
/// and compares its checksum at the end: what was visited counts only if this returns.
/// @pre Real is the stored precision. @throws InputError, IoError that name the file.
template <class Real>
void visit_rows_of_w(const std::string& path, const ModelInfo& info, Index piece_bytes,
                     const VisitRows<Real>& visit);

}  // namespace tessera::io
