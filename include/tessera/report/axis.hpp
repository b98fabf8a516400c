#pragma once

#include <string>
#include <vector>

namespace tessera::report {

/// Both ends belong to it.
struct Range {
  double low = 0;
  double high = 0;
};

/// A mark on an axis; minor ones have no label.
struct Tick {
  double value = 0;
  std::string label;
};

/// A linear or logarithmic scale.
struct Axis {
  Range range;
  bool logarithmic = false;
  std::vector<Tick> ticks;  ///< by rising value

  /// Where a value lies: 0 at the low end, 1 at the high end.
  [[nodiscard]] double position(double value) const;
};

/// An axis with round ticks that covers the range; 3 to 10 of them are labelled. A linear axis
/// begins and ends at a tick; its labels stand at multiples of 1, 2 or 5 times a power of ten.
/// A logarithmic axis has labels at powers of ten; where these are fewer than three, at 1, 2 and 5
/// times them; and where those are fewer than three, all as on a linear axis. Otherwise it ends
/// where the range does. A range without extent is widened.
/// @pre low <= high, both of magnitude at most 1e120; on a logarithmic axis low >= 1e-120.
[[nodiscard]] Axis make_axis(Range range, bool logarithmic);

}  // namespace tessera::report
