#include "tessera/update/shared_rows.hpp"

#include <algorithm>

#include "tessera/kernels/parallel.hpp"
#include "tessera/kernels/tile_rows.hpp"

namespace tessera::update {
namespace {

/// The parts know the penalties.
RuleSettings without_penalties(const RuleSettings& settings) {
  return {.rows = settings.rows, .rank = settings.rank};
}

/// The coupling of some rows.
template <class Real>
Coupling<Real> rows_of(const Coupling<Real>& coupling, Range rows) {
  if (!coupling.is_set()) {
    return {};
  }
  return {coupling.attraction.rows(rows),
          coupling.degrees.subspan(static_cast<std::size_t>(rows.begin),
                                   static_cast<std::size_t>(rows.size()))};
}

}  // namespace

template <class Real>
SharedRows<Real>::SharedRows(const RuleSettings& settings, Index threads, MakeRule make)
    : UpdateRule<Real>(without_penalties(settings)) {
  const Index tiles = (settings.rows + kernels::kTileRows - 1) / kernels::kTileRows;
  const auto cut = [&](Index part) {
    return std::min(part * tiles / threads * kernels::kTileRows, settings.rows);
  };
  for (Index part = 0; part < threads; ++part) {
    const Range rows{cut(part), part + 1 == threads ? settings.rows : cut(part + 1)};
    RuleSettings own = settings;
    own.rows = rows.size();
    parts_.push_back({rows, make(own)});
  }
}

template <class Real>
void SharedRows<Real>::save_state(MatrixView<Real> rows) const {
  for (const Part& part : parts_) {
    part.rule->save_state(rows.rows(part.rows));
  }
}

template <class Real>
void SharedRows<Real>::load_state(ConstMatrixView<Real> rows) {
  for (const Part& part : parts_) {
    part.rule->load_state(rows.rows(part.rows));
  }
}

template <class Real>
Diagnostics SharedRows<Real>::diagnostics() const {
  Diagnostics all;
  for (const Part& part : parts_) {
    const Diagnostics own = part.rule->diagnostics();
    all.ridge_updates = std::max(all.ridge_updates, own.ridge_updates);
    all.largest_ridge = std::max(all.largest_ridge, own.largest_ridge);
    all.fallback_rows += own.fallback_rows;
    all.unfinished_rows += own.unfinished_rows;
  }
  return all;
}

template <class Real>
template <class Step>
void SharedRows<Real>::for_each_part(Index rows, const Step& step) {
  const Index k = this->gram().rows();
  kernels::in_parallel(std::ssize(parts_), 1, 2 * rows * k * k, [&](Range range) {
    for (Index part = range.begin; part < range.end; ++part) {
      step(parts_[static_cast<std::size_t>(part)]);
    }
  });
}

template <class Real>
void SharedRows<Real>::prepare() {
  for_each_part(parts_.back().rows.end, [this](Part& part) {
    part.rule->begin(this->gram(), rows_of(this->coupling(), part.rows));
  });
}

template <class Real>
void SharedRows<Real>::improve(Index first_row, ConstMatrixView<Real> cross,
                               MatrixView<Real> factor) {
  const Range given{first_row, first_row + factor.rows()};
  for_each_part(factor.rows(), [&](Part& part) {
    const Range rows = intersect(given, part.rows);
    if (!rows.empty()) {
      const Range local{rows.begin - first_row, rows.end - first_row};
      part.rule->update_rows(rows.begin - part.rows.begin, cross.rows(local), factor.rows(local));
    }
  });
}

template class SharedRows<float>;
template class SharedRows<double>;

}  // namespace tessera::update
