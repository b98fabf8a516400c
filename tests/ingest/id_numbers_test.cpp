#include "tessera/ingest/id_numbers.hpp"

#include <algorithm>
#include <iterator>

#include <gtest/gtest.h>

#include "tessera/mpi/agree.hpp"

#include "mpi_test.hpp"

namespace tessera::ingest {
namespace {

using testing::test_world;
using Texts = std::vector<std::string>;
using Views = std::vector<std::string_view>;

TEST(SortIds, GoesByNumberIfAllAreNumbers) {
  Texts ids = {"10", "9", "07", "7", "-1"};
  sort_ids(ids);
  EXPECT_EQ(ids, (Texts{"-1", "07", "7", "9", "10"}));
}

TEST(SortIds, GoesByBytesIfOneIsNone) {
  Texts ids = {"10", "9", "b", "B"};
  sort_ids(ids);
  EXPECT_EQ(ids, (Texts{"10", "9", "B", "b"}));
}

/// Different ids on every process, some of them the same, and none on the last of several.
Texts ids_of(int process) {
  Texts ids;
  if (test_world().size() == 1 || process < test_world().size() - 1) {
    for (int at = 30; at > 0; --at) {
      ids.push_back(std::to_string((at * 7 + process * 5) % 40));
    }
  }
  return ids;
}

TEST(NumberIds, AgreesWithAReferenceOnEveryProcess) {
  const auto& world = test_world();
  const Texts own = ids_of(world.rank());
  Texts all;
  const auto numbers = number_ids(Views(own.begin(), own.end()), {}, all, world);
  Texts gathered;
  for (int process = 0; process < world.size(); ++process) {
    std::ranges::copy(ids_of(process), std::back_inserter(gathered));
  }
  sort_ids(gathered);
  gathered.erase(std::unique(gathered.begin(), gathered.end()), gathered.end());
  EXPECT_EQ(all, world.rank() == 0 ? gathered : Texts());
  ASSERT_EQ(numbers.size(), own.size());
  for (std::size_t at = 0; at < own.size(); ++at) {
    EXPECT_EQ(gathered[static_cast<std::size_t>(numbers[at])], own[at]);
  }
}

TEST(NumberIds, LeavesRoomForIdsThatNobodyHas) {
  const auto& world = test_world();
  Texts all;
  const Texts more = world.rank() == 0 ? Texts{"5", "2", "11"} : Texts();
  const Views own = world.rank() == world.size() - 1 ? Views{"5", "3"} : Views();
  const auto numbers = number_ids(own, more, all, world);
  if (!own.empty()) {
    EXPECT_EQ(numbers, (std::vector<Index>{2, 1}));
  }
  if (world.rank() == 0) {
    EXPECT_EQ(all, (Texts{"2", "3", "5", "11"}));
  }
}

TEST(NumberIdsLike, TakesTheOrderOfTheList) {
  const auto& world = test_world();
  const Texts known = world.rank() == 0 ? Texts{"b", "10", "a"} : Texts();
  const auto numbers = number_ids_like({"a", "c", "b"}, known, "'x', rows", world);
  EXPECT_EQ(numbers, (std::vector<Index>{2, kUnknownId, 0}));
}

TEST(NumberIdsLike, RefusesANameThatStandsTwice) {
  const auto& world = test_world();
  const Texts known = world.rank() == 0 ? Texts{"b", "a", "b"} : Texts();
  try {
    static_cast<void>(number_ids_like({"a"}, known, "'x', rows", world));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const mpi::AgreedError& error) {
    EXPECT_EQ(error.code(), ExitCode::input);
    EXPECT_STREQ(error.what(), "'x', rows: the name 'b' stands for 0 and for 2 (counted from 0)");
  }
}

}  // namespace
}  // namespace tessera::ingest
