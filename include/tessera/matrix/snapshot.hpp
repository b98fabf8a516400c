#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tessera/core/error.hpp"
#include "tessera/matrix/factor.hpp"

namespace tessera {

/// Which factor's rows: those of W belong to the rows of A, those of Hᵀ to its columns.
enum class Side { w, h };

/// What a solver needs, beside W and H themselves, to go on as if it had never stopped: named rows
/// of numbers that are distributed as a factor is, and named numbers that are the same on every
/// process.
template <class Real>
class Snapshot {
 public:
  struct Part {
    Side side;
    std::string name;
    const Factor<Real>* rows;  ///< as many per process as of the factor, of any width
  };

  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  Snapshot(Snapshot&&) = default;
  Snapshot& operator=(Snapshot&&) = default;

  /// Rows that outlive the snapshot.
  void refer(Side side, std::string name, const Factor<Real>& rows) {
    parts_.push_back({side, std::move(name), &rows});
  }
  /// Rows that it holds itself.
  void keep(Side side, std::string name, Factor<Real> rows) {
    held_.push_back(std::move(rows));
    parts_.push_back({side, std::move(name), &held_.back()});
  }
  void note(std::string name, double number) { numbers_[std::move(name)] = number; }

  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  [[nodiscard]] const std::map<std::string, double>& numbers() const { return numbers_; }

  [[nodiscard]] bool has(Side side, std::string_view name) const {
    return find(side, name) != parts_.end();
  }
  /// @throws InputError when there is none of that name.
  [[nodiscard]] const Factor<Real>& rows(Side side, std::string_view name) const {
    const auto part = find(side, name);
    if (part == parts_.end()) {
      throw InputError("the checkpoint lacks the rows '" + std::string(name) +
                       "' that the run needs to go on");
    }
    return *part->rows;
  }
  /// The same; @throws InputError when they have another width.
  [[nodiscard]] const Factor<Real>& rows(Side side, std::string_view name, Index width) const {
    const Factor<Real>& found = rows(side, name);
    if (found.rank() != width) {
      throw InputError("the rows '" + std::string(name) + "' of the checkpoint have " +
                       std::to_string(found.rank()) + " numbers each instead of " +
                       std::to_string(width));
    }
    return found;
  }
  /// @throws InputError when there is none of that name.
  [[nodiscard]] double number(const std::string& name) const {
    const auto found = numbers_.find(name);
    if (found == numbers_.end()) {
      throw InputError("the checkpoint lacks '" + name + "', which the run needs to go on");
    }
    return found->second;
  }

 private:
  [[nodiscard]] auto find(Side side, std::string_view name) const {
    return std::ranges::find_if(
        parts_, [&](const Part& part) { return part.side == side && part.name == name; });
  }

  std::vector<Part> parts_;
  std::deque<Factor<Real>> held_;  // whose elements stay where they are
  std::map<std::string, double> numbers_;
};

}  // namespace tessera
