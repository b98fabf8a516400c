#include "tessera/report/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

namespace tessera::report {
namespace {

constexpr double kSlack = 1e-9;        // of a step: what rounding may have added
constexpr double kLeastExtent = 1e-9;  // relative; a shorter range counts as one value
constexpr std::int64_t kFewestLinearLabels = 4;
constexpr std::int64_t kFewestLogLabels = 3;
constexpr int kMostDecadeLabels = 8;

double power_of_ten(int exponent) { return std::pow(10.0, exponent); }

/// factor × 10^exponent, as close as a double can be.
double scaled(double factor, int exponent) {
  return exponent < 0 ? factor / power_of_ten(-exponent) : factor * power_of_ten(exponent);
}

/// 1, 2 or 5 times a power of ten.
struct Step {
  int mantissa = 1;
  int exponent = 0;

  [[nodiscard]] double value() const { return scaled(mantissa, exponent); }
  [[nodiscard]] double multiple(std::int64_t count) const {
    return scaled(static_cast<double>(count) * mantissa, exponent);
  }
  [[nodiscard]] Step finer() const {
    return mantissa == 1 ? Step{5, exponent - 1} : Step{mantissa / 2, exponent};
  }
  [[nodiscard]] Step coarser() const {
    return mantissa == 5 ? Step{1, exponent + 1} : Step{mantissa == 1 ? 2 : 5, exponent};
  }
  /// How many minor steps make one, so that these are round too.
  [[nodiscard]] int parts() const { return mantissa == 2 ? 4 : 5; }
  [[nodiscard]] Step minor() const {
    return mantissa == 5 ? Step{1, exponent} : Step{10 * mantissa / parts(), exponent - 1};
  }
};

/// Multiples of a step, from the first to the last.
struct Multiples {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

/// The fewest multiples that enclose the range.
Multiples enclosing(Range range, Step step) {
  return {static_cast<std::int64_t>(std::floor(range.low / step.value() + kSlack)),
          static_cast<std::int64_t>(std::ceil(range.high / step.value() - kSlack))};
}

/// How many labels an axis of this step has: its ends are minor steps.
std::int64_t label_count(Range range, Step step) {
  const auto [first, last] = enclosing(range, step.minor());
  const auto parts = static_cast<double>(step.parts());
  return static_cast<std::int64_t>(std::floor(static_cast<double>(last) / parts) -
                                   std::ceil(static_cast<double>(first) / parts)) +
         1;
}

/// The coarsest step with enough labels.
Step linear_step(Range range) {
  Step step{1, static_cast<int>(std::ceil(std::log10(range.high - range.low)))};
  while (label_count(range, step) < kFewestLinearLabels) {
    step = step.finer();
  }
  return step;
}

std::string superscript(int number) {
  constexpr std::array<std::string_view, 10> kDigits = {"⁰", "¹", "²", "³", "⁴",
                                                        "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text;
  for (const char digit : std::to_string(number)) {
    text += digit == '-' ? "⁻" : kDigits[static_cast<std::size_t>(digit - '0')];
  }
  return text;
}

std::string fixed(double value, int decimals) {
  return fmt::format("{}{:.{}f}", value < 0 ? "−" : "", std::abs(value), std::max(decimals, 0));
}

/// Labels of one linear axis look alike: as many decimals as the step needs, and all of them times
/// the same power of ten when the numbers are very large or small.
class LinearLabels {
 public:
  LinearLabels(Range range, Step step) : decimals_(-step.exponent) {
    const double largest = std::max(std::abs(range.low), std::abs(range.high));
    if (largest < 1e-3 || largest >= 1e6) {
      exponent_ = static_cast<int>(std::floor(std::log10(largest)));
      decimals_ += exponent_;
    }
  }

  [[nodiscard]] std::string operator()(double value) const {
    if (value == 0) {
      return "0";
    }
    const std::string text = fixed(scaled(value, -exponent_), decimals_);
    return exponent_ == 0 ? text : text + "·10" + superscript(exponent_);
  }

 private:
  int exponent_ = 0;
  int decimals_;
};

Axis equal_steps(Range range, bool logarithmic) {
  const Step step = linear_step(range);
  const Step minor = step.minor();
  const auto [first, last] = enclosing(range, minor);
  Axis axis{{minor.multiple(first), minor.multiple(last)}, logarithmic, {}};
  const LinearLabels label(axis.range, step);
  for (std::int64_t count = first; count <= last; ++count) {
    const double value = minor.multiple(count);
    axis.ticks.push_back({value, count % step.parts() == 0 ? label(value) : ""});
  }
  return axis;
}

int decade_above(double value) { return static_cast<int>(std::ceil(std::log10(value) - kSlack)); }
int decade_below(double value) { return static_cast<int>(std::floor(std::log10(value) + kSlack)); }

/// Powers of ten as plain numbers where these are short.
std::string log_label(int mantissa, int exponent, Range range) {
  if (range.low >= 1e-4 * (1 - kSlack) && range.high <= 1e5 * (1 + kSlack)) {
    return fixed(scaled(mantissa, exponent), -exponent);
  }
  return (mantissa == 1 ? "" : fmt::format("{}·", mantissa)) + "10" + superscript(exponent);
}

bool contains(Range range, double value) {
  return value >= range.low * (1 - kSlack) && value <= range.high * (1 + kSlack);
}

/// Ticks at 1 to 9 times the powers of ten; some of these have labels.
Axis log_steps(Range range, std::string_view labelled_mantissas) {
  Axis axis{range, true, {}};
  for (int exponent = decade_below(range.low); exponent <= decade_below(range.high); ++exponent) {
    for (int mantissa = 1; mantissa <= 9; ++mantissa) {
      const double value = scaled(mantissa, exponent);
      if (contains(range, value)) {
        const bool labelled =
            labelled_mantissas.find(static_cast<char>('0' + mantissa)) != std::string_view::npos;
        axis.ticks.push_back({value, labelled ? log_label(mantissa, exponent, range) : ""});
      }
    }
  }
  return axis;
}

/// Ticks at powers of ten only, some of them labelled, for axes of very many.
Axis sparse_decades(Range range, int first, int last) {
  Step every{1, 0};
  while ((last - first) / every.value() >= kMostDecadeLabels) {
    every = every.coarser();
  }
  const int stride = static_cast<int>(every.value());
  Axis axis{range, true, {}};
  for (int exponent = first; exponent <= last; ++exponent) {
    axis.ticks.push_back(
        {power_of_ten(exponent), exponent % stride == 0 ? log_label(1, exponent, range) : ""});
  }
  return axis;
}

Axis log_axis(Range range) {
  const int first = decade_above(range.low);
  const int last = decade_below(range.high);
  if (last - first >= kMostDecadeLabels) {
    return sparse_decades(range, first, last);
  }
  if (last - first + 1 >= kFewestLogLabels) {
    return log_steps(range, "1");
  }
  Axis axis = log_steps(range, "125");
  const auto is_labelled = [](const Tick& tick) { return !tick.label.empty(); };
  return std::ranges::count_if(axis.ticks, is_labelled) >= kFewestLogLabels
             ? axis
             : equal_steps(range, true);
}

/// A tenth to either side of a range that is one value.
Range with_extent(Range range, bool logarithmic) {
  constexpr double kLeastMagnitude = 1e-100;  // smaller values leave no room for steps
  const double largest = std::max(std::abs(range.low), std::abs(range.high));
  if (largest < kLeastMagnitude && !logarithmic) {
    return {0, 1};
  }
  if (range.high - range.low > kLeastExtent * largest) {
    return range;
  }
  return {range.low - 0.1 * std::abs(range.low), range.high + 0.1 * std::abs(range.high)};
}

}  // namespace

double Axis::position(double value) const {
  return logarithmic ? std::log(value / range.low) / std::log(range.high / range.low)
                     : (value - range.low) / (range.high - range.low);
}

Axis make_axis(Range range, bool logarithmic) {
  const Range widened = with_extent(range, logarithmic);
  return logarithmic ? log_axis(widened) : equal_steps(widened, false);
}

}  // namespace tessera::report
