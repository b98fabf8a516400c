#include "tessera/report/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "tessera/core/timer.hpp"
#include "tessera/report/terminal.hpp"

namespace tessera::report {
namespace {

constexpr double kLivePeriod = 0.1;   // seconds
constexpr double kLinesPeriod = 5.0;  // seconds

void write_stderr(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

Progress Progress::on_stderr(bool quiet) {
  const bool live = ::isatty(STDERR_FILENO) != 0;
  const Style style = quiet ? Style::silent : live ? Style::live : Style::lines;
  const auto clock = [timer = Timer()] { return timer.seconds(); };
  return {style, clock, write_stderr, detect_terminal(STDERR_FILENO).width};
}

Progress::Progress(Style style, Clock clock, Sink sink, Index width)
    : style_(style), clock_(std::move(clock)), sink_(std::move(sink)), width_(width) {}

Progress::~Progress() {
  try {
    finish();
  } catch (...) {  // a sink that fails must not hide the error that unwinds the stack
  }
}

void Progress::on_iteration(const IterationRecord& record, Index max_iterations) {
  if (style_ == Style::silent) {
    return;
  }
  const bool relative = std::isfinite(record.relative_error);
  previous_ = std::exchange(
      current_, State{record.iteration, max_iterations,
                      relative ? record.relative_error : record.loss, relative, record.seconds});
  pending_ = true;
  const bool is_first = !first_;
  if (is_first) {
    first_ = current_;
  }
  const double period = style_ == Style::live ? kLivePeriod : kLinesPeriod;
  if (is_first || clock_() - last_shown_ >= period) {
    show();
  }
}

void Progress::finish() {
  if (pending_) {
    show();
  }
  if (line_open_) {
    sink_("\n");
    line_open_ = false;
  }
}

void Progress::show() {
  std::string text = describe();
  if (style_ == Style::live) {
    text.resize(std::min(text.size(), static_cast<std::size_t>(width_ - 1)));
    sink_(fmt::format("\r{}\x1b[K", text));
    line_open_ = true;
  } else {
    sink_(text + "\n");
  }
  last_shown_ = clock_();
  pending_ = false;
}

std::string Progress::describe() const {
  std::string text = fmt::format("iteration {}", current_->iteration);
  if (current_->max_iterations > 0) {
    text += fmt::format("/{}", current_->max_iterations);
  }
  text += current_->is_relative_error ? fmt::format("  relative error {:.5f}", current_->value)
                                      : fmt::format("  loss {:.7g}", current_->value);
  if (previous_) {
    text += fmt::format("  change {:+.1e}", current_->value - previous_->value);
  }
  text += fmt::format("  {:.1f} s", current_->seconds);
  const double elapsed = current_->seconds - first_->seconds;
  if (elapsed > 0) {
    const auto done = static_cast<double>(current_->iteration - first_->iteration);
    text += fmt::format("  {:.3g} it/s", done / elapsed);
  }
  return text;
}

}  // namespace tessera::report
