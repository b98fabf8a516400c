#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tessera/core/iteration_record.hpp"
#include "tessera/core/types.hpp"

namespace tessera::report {

/// Tells a waiting person how the loop is doing, on stderr. An observer of the loop, for
/// process 0 only; it never communicates.
class Progress {
 public:
  enum class Style {
    silent,
    live,   ///< one line rewritten in place, at most 10 times a second
    lines,  ///< a line for the first iteration, then at most one every 5 seconds
  };
  using Clock = std::function<double()>;               ///< seconds since some moment
  using Sink = std::function<void(std::string_view)>;  ///< takes text to be shown at once

  /// Live on a terminal, lines elsewhere, silent when `quiet`.
  [[nodiscard]] static Progress on_stderr(bool quiet);

  /// A live line is cut at `width` − 1 characters, so that it never wraps.
  Progress(Style style, Clock clock, Sink sink, Index width = 80);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows the relative error where the loss has one, else the loss itself.
  /// @param max_iterations 0 when there is no limit
  void on_iteration(const IterationRecord& record, Index max_iterations);

  /// Shows the last iteration if it has not been shown, and ends the line. May be called again;
  /// the destructor does it too, so that an error message starts on a line of its own.
  void finish();

 private:
  struct State {
    Index iteration = 0;
    Index max_iterations = 0;
    double value = 0;
    bool is_relative_error = true;
    double seconds = 0;
  };

  [[nodiscard]] std::string describe() const;
  void show();

  Style style_;
  Clock clock_;
  Sink sink_;
  Index width_;
  std::optional<State> first_;
  std::optional<State> previous_;
  std::optional<State> current_;
  double last_shown_ = 0;
  bool pending_ = false;    ///< current_ has not been shown
  bool line_open_ = false;  ///< a live line without its end stands on the terminal
};

}  // namespace tessera::report
