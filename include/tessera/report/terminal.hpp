#pragma once

#include <functional>
#include <string>

#include "tessera/core/types.hpp"
#include "tessera/report/picture.hpp"

namespace tessera::report {

/// What the place that text is printed to can show.
struct Terminal {
  Index width = 80;          ///< characters per line
  Index height = 100;        ///< lines
  bool gray_blocks = false;  ///< Unicode half blocks in 256 colours, else plain ASCII
};

/// Value of an environment variable, or nullptr.
using Environment = std::function<const char*(const char* name)>;

/// True when TERM or COLORTERM promises 256 colours, the locale is UTF-8, and NO_COLOR is not set
/// (https://no-color.org).
[[nodiscard]] bool supports_gray_blocks(const Environment& environment);

/// The terminal behind a file descriptor; the defaults above, in ASCII, when it is none.
[[nodiscard]] Terminal detect_terminal(int descriptor);

/// The montage of picture.hpp as lines of characters, dark for large values (of colours: for a
/// large mean), scaled down to the terminal's width. Shows the first components that fit the
/// terminal's height and says how many are left out.
/// @throws UsageError unless shape.values() == components.columns().
template <class Real>
[[nodiscard]] std::string text_montage(ConstMatrixView<Real> components, ImageShape shape,
                                       const MontageOptions& options, const Terminal& terminal);

}  // namespace tessera::report
