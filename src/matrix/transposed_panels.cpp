#include "tessera/matrix/transposed_panels.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace tessera {
namespace {

/// A factor of more bytes is gathered from slowly: it is beyond the pages that the second-level
/// translation buffer holds (2048 of 4 KiB), whatever the caches are.
constexpr Index kReachBytes = 8 << 20;
/// Of a panel's rows of the factor: half of a usual second-level cache.
constexpr Index kPanelBytes = 512 << 10;
/// Entries per row of a panel, below which moving the row of the result costs more than it saves.
constexpr Index kLeastEntries = 3;

/// Rows of A in a panel.
template <class Real>
Index panel_height(const SparseBlock<Real>& a, Index rank) {
  const Index rows = std::max<Index>(1, a.rows().size());
  const Index row_bytes = rank * Index{sizeof(Real)};
  constexpr Index kMost = std::numeric_limits<typename SparseBlock<Real>::Column>::max();
  if (rows * row_bytes <= kReachBytes) {
    return std::min(rows, kMost);
  }
  const Index most = a.stored_entries() / (kLeastEntries * std::max<Index>(1, a.columns().size()));
  const Index wanted = rows * row_bytes / kPanelBytes;
  const Index panels = std::max<Index>(1, std::min(most, wanted));
  return std::min((rows + panels - 1) / panels, kMost);
}

template <class Real>
SparseBlock<Real> transpose(const SparseBlock<Real>& a, Range local_rows) {
  const auto from = static_cast<std::size_t>(local_rows.begin);
  const auto to = static_cast<std::size_t>(local_rows.end);
  const auto& offsets = a.row_offsets();
  const auto first = static_cast<std::size_t>(offsets[from]);
  const auto last = static_cast<std::size_t>(offsets[to]);
  const auto& columns = a.local_columns();
  AlignedVector<Index> starts(static_cast<std::size_t>(a.columns().size()) + 1);
  for (std::size_t at = first; at < last; ++at) {
    ++starts[static_cast<std::size_t>(columns[at]) + 1];
  }
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  AlignedVector<typename SparseBlock<Real>::Column> rows(last - first);
  const auto values_of_a = a.values();
  AlignedVector<Real> values(values_of_a.held() == nullptr ? 0 : last - first);
  for (std::size_t row = from; row < to; ++row) {
    for (auto at = static_cast<std::size_t>(offsets[row]);
         at < static_cast<std::size_t>(offsets[row + 1]); ++at) {
      const auto place = static_cast<std::size_t>(starts[static_cast<std::size_t>(columns[at])]++);
      rows[place] = static_cast<typename SparseBlock<Real>::Column>(row - from);
      if (!values.empty()) {
        values[place] = values_of_a[at];
      }
    }
  }
  // Every start has become the next one.
  std::copy_backward(starts.begin(), starts.end() - 1, starts.end());
  starts.front() = 0;
  const Index begin = a.rows().begin;
  return {a.columns(),
          {begin + local_rows.begin, begin + local_rows.end},
          std::move(starts),
          std::move(rows),
          std::move(values)};
}

}  // namespace

template <class Real>
TransposedPanels<Real> transposed_panels(const SparseBlock<Real>& a, Index rank) {
  const Index height = panel_height(a, rank);
  TransposedPanels<Real> panels;
  for (Index begin = 0; begin < a.rows().size(); begin += height) {
    panels.push_back(transpose(a, {begin, std::min(begin + height, a.rows().size())}));
  }
  return panels;
}

template <class Real>
Index transposed_panels_bytes(const SparseBlock<Real>& a, Index rank) {
  const Index height = panel_height(a, rank);
  const Index panels = (a.rows().size() + height - 1) / height;
  return a.stored_entries() * a.entry_bytes() +
         panels * (a.columns().size() + 1) * Index{sizeof(Index)};
}

template TransposedPanels<float> transposed_panels(const SparseBlock<float>&, Index);
template TransposedPanels<double> transposed_panels(const SparseBlock<double>&, Index);
template Index transposed_panels_bytes(const SparseBlock<float>&, Index);
template Index transposed_panels_bytes(const SparseBlock<double>&, Index);

}  // namespace tessera
