#include "tessera/app/factor_scan.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "tessera/config/choices.hpp"
#include "tessera/core/error.hpp"
#include "tessera/matrix/partition.hpp"

namespace tessera::app {
namespace {

constexpr Index kPieceBytes = Index{16} << 20;

void require_weights(const Factor<double>& piece, Side side, const std::string& path) {
  const auto is_wrong = [](double value) { return !(value >= 0 && std::isfinite(value)); };
  if (std::ranges::any_of(piece.piece.span(), is_wrong)) {
    throw InputError(fmt::format(
        "'{}': {} has entries that are negative or not finite. Compute the result again", path,
        side == Side::w ? "W" : "H"));
  }
}

}  // namespace

void scan_even_part(Side side, const std::string& path, const io::ModelInfo& info,
                    const io::FactorVisitor& visit, const mpi::Communicator& world) {
  const Index total = side == Side::w ? info.rows : info.columns;
  io::scan_factor(
      side, path, info, Partition::even(total, world.size()).part(world.rank()), kPieceBytes,
      [&](const Factor<double>& piece) {
        require_weights(piece, side, path);
        visit(piece);
      },
      world);
}

std::vector<double> canonical_scale(const io::ModelInfo& info,
                                    const std::vector<report::ComponentSums>& h) {
  if (info.normalization != name_of(Normalization::none)) {
    return std::vector<double>(h.size(), 1.0);
  }
  const bool by_sum = info.loss == name_of(Loss::kl);
  std::vector<double> scale;
  std::ranges::transform(h, std::back_inserter(scale), [&](const report::ComponentSums& sums) {
    return by_sum ? sums.sum : std::sqrt(sums.squares);
  });
  return scale;
}

}  // namespace tessera::app
