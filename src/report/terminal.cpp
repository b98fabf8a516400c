#include "tessera/report/terminal.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tessera::report {
namespace {

constexpr Index kReadableWidth = 24;  // characters of a picture below which parts blur
constexpr Index kPromptLines = 3;     // of the terminal, left for the note and the prompt
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
  const Index fitting =
      (terminal.width + 1) / (std::min(std::max(shape.width, Index{1}), kReadableWidth) + 1);
  layout.columns = std::clamp<Index>(columns > 0 ? columns : fitting, 1, std::max<Index>(count, 1));
  const Index available = (terminal.width + 1) / layout.columns - 1;
  layout.cell_width = std::clamp<Index>(available, 1, shape.width);
  const double height = static_cast<double>(layout.cell_width) * static_cast<double>(shape.height) /
                        static_cast<double>(shape.width);
  layout.cell_lines = std::max<Index>(1, std::llround(height / 2));
  const Index bands =
      std::max<Index>(1, (terminal.height - kPromptLines) / (layout.cell_lines + 1));
  layout.shown = std::min(count, bands * layout.columns);
  return layout;
}

/// Weights with which `to` cells of equal length cover `from` cells, as (begin, end) in the latter.
struct Span {
  double begin;
  double end;
};

Span source_span(Index cell, Index from, Index to) {
  const double ratio = static_cast<double>(from) / static_cast<double>(to);
  return {static_cast<double>(cell) * ratio, static_cast<double>(cell + 1) * ratio};
}

/// The length of [index, index + 1) inside the span.
double overlap(Span span, Index index) {
  const double at = static_cast<double>(index);
  return std::max(0.0, std::min(span.end, at + 1) - std::max(span.begin, at));
}

double area_average(const Matrix<float>& picture, Span down, Span across) {
  double sum = 0;
  double area = 0;
  const auto last = [](Span span, Index size) {
    return std::min(size, static_cast<Index>(std::ceil(span.end)));
  };
  for (auto y = static_cast<Index>(down.begin); y < last(down, picture.rows()); ++y) {
    for (auto x = static_cast<Index>(across.begin); x < last(across, picture.columns()); ++x) {
      const double weight = overlap(down, y) * overlap(across, x);
      sum += weight * static_cast<double>(picture(y, x));
      area += weight;
    }
  }
  return area > 0 ? sum / area : 0;
}

Matrix<float> resample(const Matrix<float>& picture, Index height, Index width) {
  Matrix<float> result(height, width);
  for (Index y = 0; y < height; ++y) {
    for (Index x = 0; x < width; ++x) {
      result(y, x) =
          static_cast<float>(area_average(picture, source_span(y, picture.rows(), height),
                                          source_span(x, picture.columns(), width)));
    }
  }
  return result;
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

/// Line `line` of a picture: its pixel rows 2·line and 2·line + 1.
std::string picture_line(const Matrix<float>& pixels, Index line, bool gray_blocks) {
  std::string text;
  for (Index x = 0; x < pixels.columns(); ++x) {
    const float upper = pixels(2 * line, x);
    const float lower = pixels(2 * line + 1, x);
    if (gray_blocks) {
      text += fmt::format("\x1b[38;5;{};48;5;{}m▀", gray_colour(upper), gray_colour(lower));
    } else {
      text += ramp_character((upper + lower) / 2);
    }
  }
  return gray_blocks ? text + "\x1b[0m" : text;
}

/// One picture per element, each Layout::cell_lines lines of Layout::cell_width characters.
std::string band_text(const std::vector<Matrix<float>>& band, const Layout& layout,
                      bool gray_blocks) {
  std::string text;
  for (Index line = 0; line < layout.cell_lines; ++line) {
    for (std::size_t cell = 0; cell < band.size(); ++cell) {
      text += cell > 0 ? (gray_blocks ? " " : "|") : "";
      text += picture_line(band[cell], line, gray_blocks);
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
      band.push_back(resample(component_picture(components, cell, shape, options.transpose),
                              2 * layout.cell_lines, layout.cell_width));
    }
    text += band_text(band, layout, terminal.gray_blocks) + "\n";
  }
  if (layout.shown < count) {
    text += fmt::format("{} of {} components; a picture file shows all\n", layout.shown, count);
  }
  return text;
}

template std::string text_montage(ConstMatrixView<float>, ImageShape, const MontageOptions&,
                                  const Terminal&);
template std::string text_montage(ConstMatrixView<double>, ImageShape, const MontageOptions&,
                                  const Terminal&);

}  // namespace tessera::report
