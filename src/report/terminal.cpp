#include "tessera/report/terminal.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tessera::report {
namespace {

constexpr Index kReadableWidth = 24;  // characters of a picture below which parts blur
constexpr Index kPromptLines = 3;     // of the terminal, left for the note and the prompt
constexpr Index kFewestBands = 2;     // lines of pictures, even when the terminal has to scroll
constexpr float kCrossInk = 0.45F;
constexpr std::string_view kRamp = " .:-=+*#%@";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Character cells of a text montage. A character shows one pixel across and two down.
struct Layout {
  Index columns = 1;
  Index cell_width = 1;  ///< characters, and pixels across
  Index cell_lines = 1;  ///< lines; twice as many pixels down
  Index shown = 0;       ///< components
};

Layout lay_out(Index count, ImageShape shape, Index columns, const Terminal& terminal) {
  Layout layout;
  const Index fitting = (terminal.width + 1) / (std::min(shape.width, kReadableWidth) + 1);
  layout.columns = std::clamp<Index>(columns > 0 ? columns : fitting, 1, std::max<Index>(count, 1));
  const Index available = (terminal.width + 1) / layout.columns - 1;
  layout.cell_width = std::clamp<Index>(available, 1, shape.width);
  const double height = static_cast<double>(layout.cell_width) * static_cast<double>(shape.height) /
                        static_cast<double>(shape.width);
  layout.cell_lines = std::max<Index>(1, std::llround(height / 2));
  const Index bands =
      std::max(kFewestBands, (terminal.height - kPromptLines) / (layout.cell_lines + 1));
  layout.shown = std::min(count, bands * layout.columns);
  return layout;
}

/// A stretch of pixels along one side of a picture, with fractions of the first and the last.
struct Span {
  double begin;
  double end;
};

/// What cell number `cell` of `to` equal ones covers of `from` pixels.
Span source_span(Index cell, Index from, Index to) {
  const double ratio = static_cast<double>(from) / static_cast<double>(to);
  return {static_cast<double>(cell) * ratio, static_cast<double>(cell + 1) * ratio};
}

/// The length of [index, index + 1) inside the span.
double overlap(Span span, Index index) {
  const double at = static_cast<double>(index);
  return std::max(0.0, std::min(span.end, at + 1) - std::max(span.begin, at));
}

/// The ink of one character cell: halfway between the average over its area and the largest value
/// in it, so that thin strokes survive and faces stay smooth.
double cell_ink(const Matrix<float>& picture, Span down, Span across) {
  double sum = 0;
  double area = 0;
  double largest = 0;
  const auto last = [](Span span, Index size) {
    return std::min(size, static_cast<Index>(std::ceil(span.end)));
  };
  for (auto y = static_cast<Index>(down.begin); y < last(down, picture.rows()); ++y) {
    for (auto x = static_cast<Index>(across.begin); x < last(across, picture.columns()); ++x) {
      const double weight = overlap(down, y) * overlap(across, x);
      const double value = static_cast<double>(picture(y, x));
      sum += weight * value;
      area += weight;
      if (weight > 0) {
        largest = std::max(largest, value);
      }
    }
  }
  return area > 0 ? (sum / area + largest) / 2 : 0;
}

Matrix<float> resample(const Matrix<float>& picture, Index height, Index width) {
  Matrix<float> result(height, width);
  for (Index y = 0; y < height; ++y) {
    for (Index x = 0; x < width; ++x) {
      result(y, x) = static_cast<float>(cell_ink(picture, source_span(y, picture.rows(), height),
                                                 source_span(x, picture.columns(), width)));
    }
  }
  return result;
}

/// Both diagonals, for a component that has nothing to show.
void draw_cross(Matrix<float>& pixels) {
  for (Index y = 0; y < pixels.rows(); ++y) {
    const Index x = y * pixels.columns() / pixels.rows();
    pixels(y, x) = kCrossInk;
    pixels(y, pixels.columns() - 1 - x) = kCrossInk;
  }
}

/// One value per pixel: the mean of its channels.
Matrix<float> ink_of(const Matrix<float>& picture, Index channels) {
  Matrix<float> ink(picture.rows(), picture.columns() / channels);
  for (Index y = 0; y < ink.rows(); ++y) {
    for (Index x = 0; x < ink.columns(); ++x) {
      const float* values = picture.view().row(y) + x * channels;
      ink(y, x) = std::accumulate(values, values + channels, 0.0F) / static_cast<float>(channels);
    }
  }
  return ink;
}

/// A component's pixels at the size of its cell.
template <class Real>
Matrix<float> cell_pixels(ConstMatrixView<Real> components, Index index, ImageShape shape,
                          bool transpose, const Layout& layout) {
  const auto picture =
      ink_of(component_picture(components, index, shape, transpose), shape.channels);
  auto pixels = resample(picture, 2 * layout.cell_lines, layout.cell_width);
  if (is_blank(picture)) {
    draw_cross(pixels);
  }
  return pixels;
}

/// One of the 26 greys of a 256-colour terminal: white, 24 steps, black.
int gray_colour(float ink) {
  const int level = static_cast<int>(std::lround(25.0F * (1.0F - ink)));  // 0 black ... 25 white
  if (level == 0) {
    return 16;
  }
  return level == 25 ? 231 : 231 + level;
}

char ramp_character(float ink) {
  const auto last = static_cast<float>(kRamp.size() - 1);
  return kRamp[static_cast<std::size_t>(std::lround(last * ink))];
}

/// Line `line` of a picture: its pixel rows 2·line and 2·line + 1, in half blocks whose colours
/// are named only where they change.
std::string block_line(const Matrix<float>& pixels, Index line) {
  std::string text;
  std::pair<int, int> shown{-1, -1};
  for (Index x = 0; x < pixels.columns(); ++x) {
    const std::pair colours{gray_colour(pixels(2 * line, x)), gray_colour(pixels(2 * line + 1, x))};
    if (colours != shown) {
      text += fmt::format("\x1b[38;5;{};48;5;{}m", colours.first, colours.second);
      shown = colours;
    }
    text += "▀";
  }
  return text + "\x1b[0m";
}

/// The same in ASCII, each character the darker of its two pixels.
std::string ascii_line(const Matrix<float>& pixels, Index line) {
  std::string text;
  for (Index x = 0; x < pixels.columns(); ++x) {
    text += ramp_character(std::max(pixels(2 * line, x), pixels(2 * line + 1, x)));
  }
  return text;
}

/// One picture per element, each Layout::cell_lines lines of Layout::cell_width characters.
std::string band_text(const std::vector<Matrix<float>>& band, const Layout& layout,
                      bool gray_blocks) {
  std::string text;
  for (Index line = 0; line < layout.cell_lines; ++line) {
    for (std::size_t cell = 0; cell < band.size(); ++cell) {
      if (cell > 0) {
        text += gray_blocks ? ' ' : '|';
      }
      text += gray_blocks ? block_line(band[cell], line) : ascii_line(band[cell], line);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

bool supports_gray_blocks(const Environment& environment) {
  const auto value = [&](const char* name) {
    const char* text = environment(name);
    return std::string_view(text != nullptr ? text : "");
  };
  std::string_view locale = value("LC_ALL");
  for (const char* fallback : {"LC_CTYPE", "LANG"}) {
    locale = locale.empty() ? value(fallback) : locale;
  }
  const bool utf8 = contains(locale, "UTF-8") || contains(locale, "utf8");
  const bool colours = contains(value("TERM"), "256color") || !value("COLORTERM").empty();
  return value("NO_COLOR").empty() && value("TERM") != "dumb" && colours && utf8;
}

Terminal detect_terminal(int descriptor) {
  Terminal terminal;
  if (::isatty(descriptor) == 0) {
    return terminal;
  }
  terminal.gray_blocks = supports_gray_blocks([](const char* name) { return std::getenv(name); });
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    terminal.width = size.ws_col;
    terminal.height = size.ws_row;
  }
  return terminal;
}

template <class Real>
std::string text_montage(ConstMatrixView<Real> components, ImageShape shape,
                         const MontageOptions& options, const Terminal& terminal) {
  require_image_shape(shape, components.columns());
  const Index count = components.rows();
  const Layout layout = lay_out(count, shape, options.columns, terminal);
  std::string text;
  for (Index begin = 0; begin < layout.shown; begin += layout.columns) {
    std::vector<Matrix<float>> band;
    for (Index cell = begin; cell < std::min(begin + layout.columns, layout.shown); ++cell) {
      band.push_back(cell_pixels(components, cell, shape, options.transpose, layout));
    }
    text += band_text(band, layout, terminal.gray_blocks) + "\n";
  }
  if (layout.shown < count) {
    text += fmt::format("{} of {} components (--output FILE.png shows all)\n", layout.shown, count);
  }
  return text;
}

template std::string text_montage(ConstMatrixView<float>, ImageShape, const MontageOptions&,
                                  const Terminal&);
template std::string text_montage(ConstMatrixView<double>, ImageShape, const MontageOptions&,
                                  const Terminal&);

}  // namespace tessera::report
