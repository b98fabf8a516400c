#pragma once

#include <utility>
#include <vector>

#include "tessera/core/iteration_record.hpp"

namespace tessera::solve {

/// Is told of every iteration. The loop itself prints and stores nothing.
class Observer {
 public:
  Observer() = default;
  virtual ~Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual void on_iteration(const IterationRecord& record) = 0;
};

/// Keeps all records.
class History final : public Observer {
 public:
  explicit History(std::vector<IterationRecord> earlier = {}) : records_(std::move(earlier)) {}
  void on_iteration(const IterationRecord& record) override { records_.push_back(record); }
  [[nodiscard]] const std::vector<IterationRecord>& records() const { return records_; }

 private:
  std::vector<IterationRecord> records_;
};

}  // namespace tessera::solve
