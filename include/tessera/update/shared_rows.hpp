#pragma once

#include <memory>
#include <vector>

#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// A rule whose rows the threads of a process share: one rule for each, with its own state and a
/// range of the rows. Rules decide by rows alone, so the bits are those of one rule for all.
template <class Real>
class SharedRows final : public UpdateRule<Real> {
 public:
  using MakeRule = std::unique_ptr<UpdateRule<Real>> (*)(const RuleSettings& settings);

  /// `make` makes a rule of one thread for some of the rows.
  SharedRows(const RuleSettings& settings, Index threads, MakeRule make);

  [[nodiscard]] Index state_width() const override { return parts_.front().rule->state_width(); }
  void save_state(MatrixView<Real> rows) const override;
  void load_state(ConstMatrixView<Real> rows) override;
  [[nodiscard]] Diagnostics diagnostics() const override;

 private:
  struct Part {
    Range rows;  ///< of the piece
    std::unique_ptr<UpdateRule<Real>> rule;
  };

  void prepare() override;
  void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) override;
  template <class Step>
  void for_each_part(Index rows, const Step& step);

  std::vector<Part> parts_;
};

}  // namespace tessera::update
