#include "tessera/app/ranking.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "tessera/app/matching_names.hpp"
#include "tessera/app/problem.hpp"
#include "tessera/app/stored_factors.hpp"
#include "tessera/io/matrix_input.hpp"
#include "tessera/matrix/observed.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/products/ranking.hpp"

namespace tessera::app {
namespace {

/// Relevant and seen columns of this process's rows.
struct Lists {
  ColumnLists relevant;
  ColumnLists seen;
};

/// The entries of the test matrix that are to be found. On this process.
template <class Real>
ColumnLists find_relevant(const DataMatrix<Real>& test, double least) {
  const auto is_relevant = [least](Real value) { return value > 0 && value >= least; };
  if (const auto* dense = std::get_if<DenseBlock<Real>>(&test.block)) {
    return columns_where(to_sparse(*dense), is_relevant);
  }
  return columns_where(std::get<SparseBlock<Real>>(test.block), is_relevant);
}

/// What was seen; an empty list for every row where no file says it. Collective.
template <class Real>
ColumnLists read_seen(const EvaluateOptions& options, const io::MatrixInput& input,
                      const DataMatrix<Real>& test, const mpi::ProcessGrid& grid) {
  const auto& world = grid.comm();
  ColumnLists seen;
  if (options.ranking.exclude_seen.empty()) {
    seen.offsets.resize(static_cast<std::size_t>(test.distribution.row_block(grid.row()).size()) +
                        1);
    return seen;
  }
  const auto file = input.same_part_of(options.ranking.exclude_seen, world);
  const auto names = file.read_names(world);
  const auto stored = io::read_model_names(options.model, world);
  mpi::on_root(world, [&] {
    require_same_names("row", names.rows, stored.rows, options.model);
    require_same_names("column", names.columns, stored.columns, options.model);
  });
  const auto entries = file.template read_onto<Real>(test, grid);
  return mpi::agree(world,
                    [&] { return columns_where(entries, [](Real value) { return value != 0; }); });
}

/// The rows that have a relevant column that was not seen, and only such columns.
struct ScoredRows {
  std::vector<Index> rows;  ///< local
  Lists lists;              ///< of these
};

ScoredRows choose_rows(const Lists& all) {
  ScoredRows scored;
  std::vector<std::int32_t> to_find;
  for (Index row = 0; row < all.relevant.rows(); ++row) {
    to_find.clear();
    std::ranges::set_difference(all.relevant.of(row), all.seen.of(row),
                                std::back_inserter(to_find));
    if (!to_find.empty()) {
      scored.rows.push_back(row);
      scored.lists.relevant.add(to_find);
      scored.lists.seen.add(all.seen.of(row));
    }
  }
  return scored;
}

template <class Real>
Matrix<Real> rows_of(ConstMatrixView<Real> w, const std::vector<Index>& rows) {
  Matrix<Real> chosen(std::ssize(rows), w.columns());
  for (std::size_t at = 0; at < rows.size(); ++at) {
    std::copy_n(w.row(rows[at]), w.columns(), chosen.view().row(static_cast<Index>(at)));
  }
  return chosen;
}

report::RankingQuality to_quality(const products::RankingScore& score) {
  return {score.precision, score.recall, score.ndcg};
}

}  // namespace

template <class Real>
report::RankingEvaluation measure_ranking(const EvaluateOptions& options,
                                          const ObservationOptions& observation,
                                          const io::ModelInfo& model,
                                          const mpi::Communicator& world) {
  const RankingOptions& ranking = options.ranking;
  InputOptions in_order = options.input;
  in_order.balance = Balance::even;
  const io::MatrixInput input(in_order, world);
  const mpi::ProcessGrid tall(world, {world.size(), 1});
  const auto test = read_problem<Real>(input, in_order, observation, {}, tall);
  Lists all{mpi::agree(world, [&] { return find_relevant(test, ranking.relevant); }),
            read_seen(options, input, test, tall)};
  const auto scored = mpi::agree(world, [&] { return choose_rows(all); });

  const auto factors = read_model(options.model, model, test, tall);
  const auto w =
      mpi::agree(world, [&] { return rows_of<Real>(factors.w.piece.view(), scored.rows); });
  const products::RankingTask task{scored.lists.seen, std::min(ranking.at, model.columns)};
  const auto score = [&](const products::Rankings& rankings) {
    return products::score_rankings(rankings, scored.lists.relevant, ranking.at, world);
  };
  const auto by_model = score(products::rank_by_model<Real>(w.view(), factors.h, task, world));
  report::RankingEvaluation result{.at = ranking.at,
                                   .relevant = ranking.relevant,
                                   .seen = ranking.exclude_seen,
                                   .rows = by_model.rows,
                                   .model = to_quality(by_model)};
  if (!ranking.exclude_seen.empty()) {
    const auto times = products::count_seen(all.seen, model.columns, world);
    const auto rankings =
        mpi::agree(world, [&] { return products::rank_by_popularity(times, task); });
    result.popular = to_quality(score(rankings));
  }
  return result;
}

template report::RankingEvaluation measure_ranking<float>(const EvaluateOptions&,
                                                          const ObservationOptions&,
                                                          const io::ModelInfo&,
                                                          const mpi::Communicator&);
template report::RankingEvaluation measure_ranking<double>(const EvaluateOptions&,
                                                           const ObservationOptions&,
                                                           const io::ModelInfo&,
                                                           const mpi::Communicator&);

}  // namespace tessera::app
