#include "tessera/mpi/piecewise_reduce_scatter.hpp"

#include <numeric>
#include <vector>

#include "tessera/core/error.hpp"

#include "mpi_test.hpp"

namespace tessera::mpi {
namespace {

using testing::test_world;

using Piecewise = PiecewiseReduceScatter<double>;
constexpr Index kMessage = Piecewise::kMessageBytes / Index{sizeof(double)};

/// Empty, short, of exactly one message, of several and a rest, in turn.
Layout uneven_layout(int processes) {
  const Index lengths[] = {3 * kMessage + 5, 0, 7, kMessage};
  std::vector<Index> pieces;
  for (int rank = 0; rank < processes; ++rank) {
    pieces.push_back(lengths[rank % 4]);
  }
  return pieces;
}

/// What `rank` adds to an element; sums of so few small integers are exact.
double summand(int rank, Index element, int turn) {
  return static_cast<double>((element % 1000) * (rank + 1) + turn);
}

std::vector<double> summands(Index size, int turn) {
  std::vector<double> all(static_cast<std::size_t>(size));
  for (Index element = 0; element < size; ++element) {
    all[static_cast<std::size_t>(element)] = summand(test_world().rank(), element, turn);
  }
  return all;
}

std::vector<double> sum_of_summands(const Piecewise& piecewise, Index length) {
  std::vector<double> sum(static_cast<std::size_t>(length));
  for (int rank = 0; rank < test_world().size(); ++rank) {
    const double* from = piecewise.summand(rank);
    for (double& total : sum) {
      total += *from++;
    }
  }
  return sum;
}

/// Twice, as in a loop, so that one turn can overtake the other.
TEST(PiecewiseReduceScatter, GivesWhatReduceScatterGives) {
  const auto world = test_world().duplicate();
  const Layout layout = uneven_layout(world.size());
  const Index own = layout.length(world.rank());
  Piecewise piecewise(world, layout);
  EXPECT_EQ(piecewise.received_elements(), (world.size() - 1) * own);
  for (const Index step : {Index{1000}, kMessage, layout.size()}) {
    for (const int turn : {1, 2}) {
      const auto all = summands(layout.size(), turn);
      std::vector<double> expected(static_cast<std::size_t>(own));
      world.reduce_scatter(std::span<const double>(all), layout, std::span<double>(expected));
      piecewise.begin(all);
      for (int rank = 0; rank < world.size(); ++rank) {
        for (Index there = 0; there < layout.length(rank); there += step) {
          piecewise.ready(rank, there);
        }
      }
      piecewise.finish();
      EXPECT_EQ(sum_of_summands(piecewise, own), expected);
    }
  }
}

TEST(PiecewiseReduceScatter, CountsTheWordsOfReduceScatterAndItsOwnMessages) {
  const auto world = test_world().duplicate();
  const Layout layout = uneven_layout(world.size());
  const auto all = summands(layout.size(), 0);
  Piecewise piecewise(world, layout);
  piecewise.begin(all);
  piecewise.finish();
  Index messages = 0;
  for (int rank = 0; rank < world.size(); ++rank) {
    messages += rank == world.rank() ? 0 : (layout.length(rank) + kMessage - 1) / kMessage;
  }
  EXPECT_EQ(world.traffic().calls_of(Collective::reduce_scatter), messages);
  EXPECT_EQ(world.traffic().bytes_of(Collective::reduce_scatter),
            (layout.size() - layout.length(world.rank())) * Index{sizeof(double)});
}

TEST(PiecewiseReduceScatter, RefusesWhatDoesNotFit) {
  const std::vector<Index> one_too_many(static_cast<std::size_t>(test_world().size() + 1), 3);
  EXPECT_THROW(Piecewise(test_world(), one_too_many), ShapeError);
  Piecewise piecewise(test_world(), uneven_layout(test_world().size()));
  EXPECT_THROW(piecewise.begin({}), ShapeError);
}

}  // namespace
}  // namespace tessera::mpi
