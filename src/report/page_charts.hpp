#pragma once

#include <span>
#include <string>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"

/// Pictures that are no curves, as SVG inside a page with its style sheet. Sizes are units of a
/// picture of 360 units' width.
namespace tessera::report::page {

/// One bar for each value, counted from 0, with an axis of percent; `title` and `description` are
/// for those who cannot see it. @pre values is not empty; all are >= 0.
[[nodiscard]] std::string share_bars(const std::string& title, const std::string& description,
                                     std::span<const double> values);

/// A filled curve through values >= 0, without axes.
[[nodiscard]] std::string profile(const std::string& title, std::span<const double> values);

/// Squares the darker the nearer a value is to 1; rows and columns are labelled alike.
/// @pre values is a square matrix of values in [0, 1] with one label a row.
[[nodiscard]] std::string heat_map(const std::string& title, const std::string& description,
                                   ConstMatrixView<double> values,
                                   const std::vector<std::string>& labels);

}  // namespace tessera::report::page
