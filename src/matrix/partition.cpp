#include "tessera/matrix/partition.hpp"

#include <algorithm>
#include <string>

#include "tessera/core/error.hpp"

namespace tessera {
namespace {

/// Part `index` of `whole` cut evenly into `parts`.
Range even_part(Range whole, int parts, int index) {
  const Index quotient = whole.size() / parts;
  const Index remainder = whole.size() % parts;
  const auto offset = [&](Index part) {
    return whole.begin + part * quotient + std::min(part, remainder);
  };
  return {offset(index), offset(index + 1)};
}

}  // namespace

Partition Partition::even(Index total, int parts) {
  if (total < 0 || parts < 1) {
    throw ShapeError("cannot cut " + std::to_string(total) + " indices into " +
                     std::to_string(parts) + " parts");
  }
  std::vector<Index> offsets{0};
  for (int part = 0; part < parts; ++part) {
    offsets.push_back(even_part({0, total}, parts, part).end);
  }
  return Partition(std::move(offsets));
}

Partition Partition::of_sizes(std::span<const Index> sizes) {
  std::vector<Index> offsets{0};
  for (const Index size : sizes) {
    offsets.push_back(offsets.back() + size);
  }
  return Partition(std::move(offsets));
}

Partition Partition::balanced(std::span<const Index> weights, int parts) {
  Index total = 0;
  for (const Index weight : weights) {
    total += weight;
  }
  if (total == 0) {
    return even(std::ssize(weights), parts);
  }
  std::vector<Index> offsets{0};
  Index index = 0;
  Index sum = 0;  // of the weights before index
  for (int part = 1; part < parts; ++part) {
    const double share = static_cast<double>(total) * part / parts;
    while (index < std::ssize(weights)) {
      const Index weight = weights[static_cast<std::size_t>(index)];
      // Stop where one more index would lead further past the share than stopping falls short.
      if (static_cast<double>(sum + weight) - share > share - static_cast<double>(sum)) {
        break;
      }
      sum += weight;
      ++index;
    }
    offsets.push_back(index);
  }
  offsets.push_back(std::ssize(weights));
  return Partition(std::move(offsets));
}

Range Partition::part(int index) const {
  const auto at = static_cast<std::size_t>(index);
  return {offsets_[at], offsets_[at + 1]};
}

int Partition::owner(Index index) const {
  // The first offset above index ends the owner's part; empty parts are skipped by that.
  const auto end = std::upper_bound(offsets_.begin() + 1, offsets_.end(), index);
  return static_cast<int>(end - offsets_.begin()) - 1;
}

Distribution::Distribution(Index m, Index n, int grid_rows, int grid_columns)
    : rows_(Partition::even(m, grid_rows)), columns_(Partition::even(n, grid_columns)) {}

Range Distribution::w_piece(int i, int j) const {
  return even_part(row_block(i), columns_.parts(), j);
}

Range Distribution::h_piece(int i, int j) const {
  return even_part(column_block(j), rows_.parts(), i);
}

}  // namespace tessera
