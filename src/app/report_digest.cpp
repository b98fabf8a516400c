#include "tessera/app/report_digest.hpp"

#include <algorithm>
#include <functional>
#include <memory>

#include "tessera/app/factor_scan.hpp"
#include "tessera/kernels/gram.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/available_memory.hpp"
#include "tessera/report/top_entries.hpp"

namespace tessera::app {
namespace {

constexpr Index kMostPixels = 1'500'000;  // of all pictures together
constexpr Index kMostPictures = 64;
constexpr Index kMostLists = 40;
constexpr Index kMostProfiles = 40;
constexpr Index kMostBins = 240;
constexpr Index kListed = 10;  // columns of a component

Index shown_components(const report::ModelPage& page) {
  switch (page.view) {
    case report::View::pictures:
      return std::min({page.info.rank, kMostPictures, kMostPixels / page.info.columns});
    case report::View::words:
      return std::min(page.info.rank, kMostLists);
    case report::View::profile:
      break;
  }
  return std::min(page.info.rank, kMostProfiles);
}

/// Sums over W, and its rows of page.samples.rows on every process.
Matrix<double> scan_w(report::ModelPage& page, const mpi::Communicator& world) {
  const auto& info = page.info;
  const auto& wanted = page.samples.rows;
  Matrix<double> rows(std::ssize(wanted), info.rank);
  report::FactorDigest digest(info.rank);
  scan_even_part(
      Side::w, page.model, info,
      [&](const Factor<double>& piece) {
        digest.add(piece.piece.view());
        for (std::size_t at = 0; at < wanted.size(); ++at) {
          if (piece.owned.contains(wanted[at])) {
            std::ranges::copy_n(piece.piece.view().row(wanted[at] - piece.owned.begin), info.rank,
                                rows.view().row(static_cast<Index>(at)));
          }
        }
      },
      world);
  digest.combine(world);
  page.w = digest.sums();
  world.all_reduce_sum(rows.span());
  return rows;
}

/// Collects from columns of H what the page shows.
class ColumnScan {
 public:
  ColumnScan(report::ModelPage& page, const Matrix<double>& sample_weights)
      : page_(page),
        weights_(sample_weights),
        digest_(page.info.rank),
        tops_(page.components.shown, kListed),
        workspace_(kernels::kGramTileRows, page.info.rank),
        piece_gram_(page.info.rank, page.info.rank) {
    const Index shown = page.components.shown;
    page_.gram = Matrix<double>(page.info.rank, page.info.rank);
    page_.samples.rebuilt = Matrix<double>(sample_weights.rows(), page.info.columns);
    if (page.view == report::View::pictures) {
      page_.components.pictures = Matrix<double>(shown, page.info.columns);
    }
    if (page.view == report::View::profile) {
      page_.components.profiles = Matrix<double>(shown, std::min(page.info.columns, kMostBins));
    }
  }

  void add(const Factor<double>& columns) {
    const auto h = columns.piece.view();
    digest_.add(h);
    tops_.add(h, columns.owned.begin);
    kernels::gram<double>(h, workspace_.view(), piece_gram_.view());
    std::ranges::transform(page_.gram.span(), piece_gram_.span(), page_.gram.span().begin(),
                           std::plus<>());
    for (Index local = 0; local < h.rows(); ++local) {
      draw(columns.owned.begin + local, h.row(local));
      rebuild(columns.owned.begin + local, h.row(local));
    }
  }

  void combine(const mpi::Communicator& world) {
    digest_.combine(world);
    tops_.combine(world);
    world.all_reduce_sum(page_.gram.span());
    world.all_reduce_sum(page_.samples.rebuilt.span());
    world.all_reduce_sum(page_.components.pictures.span());
    world.all_reduce_max(page_.components.profiles.span());
    page_.h = digest_.sums();
    page_.components.tops.resize(static_cast<std::size_t>(page_.components.shown));
    for (Index component = 0; component < page_.components.shown; ++component) {
      for (const auto& [column, weight] : tops_.of(component)) {
        page_.components.tops[static_cast<std::size_t>(component)].push_back({column, "", weight});
      }
    }
  }

 private:
  void draw(Index column, const double* h) {
    auto& views = page_.components;
    const Index bin = views.profiles.columns() * column / page_.info.columns;
    for (Index component = 0; component < views.shown; ++component) {
      if (page_.view == report::View::pictures) {
        views.pictures(component, column) = h[component];
      } else if (page_.view == report::View::profile) {
        views.profiles(component, bin) = std::max(views.profiles(component, bin), h[component]);
      }
    }
  }

  void rebuild(Index column, const double* h) {
    for (Index row = 0; row < weights_.rows(); ++row) {
      double sum = 0;
      for (Index component = 0; component < weights_.columns(); ++component) {
        sum += weights_(row, component) * h[component];
      }
      page_.samples.rebuilt(row, column) = sum;
    }
  }

  report::ModelPage& page_;
  const Matrix<double>& weights_;
  report::FactorDigest digest_;
  report::TopEntries tops_;
  Matrix<double> workspace_;
  Matrix<double> piece_gram_;
};

}  // namespace

void digest_factors(report::ModelPage& page, const mpi::Communicator& world) {
  const auto& info = page.info;
  const auto k = static_cast<double>(info.rank);
  constexpr double kCopies = 3;  // the gram matrix, that of a piece, and the cosines
  mpi::require_memory("similarity of the components", kCopies * k * k * sizeof(double), world);
  page.components.shown = shown_components(page);
  const auto weights = scan_w(page, world);
  auto scan = mpi::agree(world, [&] { return std::make_unique<ColumnScan>(page, weights); });
  scan_even_part(
      Side::h, page.model, info, [&](const Factor<double>& columns) { scan->add(columns); }, world);
  scan->combine(world);
}

}  // namespace tessera::app
