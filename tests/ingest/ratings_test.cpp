#include "tessera/ingest/ratings.hpp"

#include <map>

#include <gtest/gtest.h>

#include "tessera/ingest/item_catalogue.hpp"
#include "tessera/ingest/rating_matrix.hpp"
#include "tessera/mpi/agree.hpp"

#include "mpi_test.hpp"
#include "text_fixture.hpp"

namespace tessera::ingest {
namespace {

using testing::test_world;
using Texts = std::vector<std::string>;

/// A file of ratings, what is read of it whatever the cut of its lines, and what is refused.
class RatingsTest : public ::testing::Test {
 protected:
  RatingsTest() : folder_(test_world()) { options_.path = path("ratings.txt"); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& text) { testing::write_file(options_.path, text, test_world()); }

  [[nodiscard]] Ratings read(Index piece_bytes = 7) const {
    return read_ratings(options_, test_world(), testing::tiny_limits(piece_bytes));
  }

  /// The matrix of all processes, on each of them.
  template <class Real = double>
  [[nodiscard]] testing::EntryMap entries() const {
    Ratings ratings = read();
    const auto rows =
        make_rating_rows<Real>(std::move(ratings.own), ratings, options_, test_world());
    testing::EntryMap own;
    for (Index row = rows.rows.begin; row < rows.rows.end; ++row) {
      const auto at = static_cast<std::size_t>(row - rows.rows.begin);
      for (Index entry = rows.offsets[at]; entry < rows.offsets[at + 1]; ++entry) {
        const auto place = static_cast<std::size_t>(entry);
        own[{row, rows.columns[place]}] = static_cast<double>(rows.values[place]);
      }
    }
    std::vector<double> all(static_cast<std::size_t>(ratings.users * ratings.items));
    for (const auto& [place, value] : own) {
      all[static_cast<std::size_t>(place.first * ratings.items + place.second)] = value;
    }
    test_world().all_reduce_sum(std::span<double>(all));
    testing::EntryMap map;
    for (std::size_t at = 0; at < all.size(); ++at) {
      const auto position = static_cast<Index>(at);
      if (all[at] != 0) {
        map[{position / ratings.items, position % ratings.items}] = all[at];
      }
    }
    return map;
  }

  void expect_refused(const std::string& message) const {
    try {
      static_cast<void>(entries<float>());
      ADD_FAILURE() << "nothing was thrown instead of: " << message;
    } catch (const mpi::AgreedError& error) {
      EXPECT_EQ(error.code(), ExitCode::input);
      EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
    }
  }

  testing::TemporaryFolder folder_;
  RatingImportOptions options_;
};

const testing::EntryMap kThree = {{{0, 1}, 5}, {{1, 0}, 3}, {{1, 1}, 1.5}};

TEST_F(RatingsTest, NumbersAreSortedByNumber) {
  write("10\t9\t3\t0\n2\t11\t5\t0\n10\t11\t1.5\t0\n");
  EXPECT_EQ(entries(), kThree);
  const auto ratings = read();
  if (test_world().rank() == 0) {
    EXPECT_EQ(ratings.names.rows, (Texts{"2", "10"}));
    EXPECT_EQ(ratings.names.columns, (Texts{"9", "11"}));
  }
}

TEST_F(RatingsTest, HeaderAndCommentsAndBlankLinesAreNoRatings) {
  write("# from somewhere\n\nscore,film,who\n3,a,bob\n\n5,b,alice\n1.5,b,bob\n");
  options_.columns = "who,film,score";
  EXPECT_EQ(entries(), kThree);
  options_.columns = "3,2,1";
  EXPECT_EQ(entries(), kThree);
}

TEST_F(RatingsTest, GzipGivesTheSame) {
  write(testing::compress("bob::a::3\nalice::b::5\nbob::b::1.5\n"));
  EXPECT_EQ(entries(), kThree);
}

TEST_F(RatingsTest, CatalogueAddsColumnsAndTitles) {
  write("bob a 3\nalice c 5\nbob c 1.5\n");
  testing::write_file(path("items.txt"), "a|Heat|x\nb|Heat|y\nc|Am\xe9lie|z\nd||x\n", test_world());
  options_.items = path("items.txt");
  EXPECT_EQ(entries(), (testing::EntryMap{{{0, 2}, 5}, {{1, 0}, 3}, {{1, 2}, 1.5}}));
  const auto ratings = read();
  if (test_world().rank() == 0) {
    EXPECT_EQ(ratings.item_ids, (Texts{"a", "b", "c", "d"}));
    EXPECT_EQ(ratings.names.columns, (Texts{"Heat [a]", "Heat [b]", "Amélie", "d"}));
  }
}

TEST_F(RatingsTest, CatalogueNamesAnItemOnce) {
  write("bob a 3\n");
  testing::write_file(path("items.txt"), "id,title\n1,Heat\n2,Ran\n1,Heat\n", test_world());
  options_.items = path("items.txt");
  expect_refused("line 4: the item '1' stands on line 2 already");
}

TEST_F(RatingsTest, RepeatedOnesAreRefusedByTheirLines) {
  write("u a 1\nv b 2\nv b 3\nu a 4\n");
  expect_refused("ratings.txt', line 3: the same user rates the same item on line 2 already");
}

TEST_F(RatingsTest, LastByLineOrByTime) {
  write("u a 1 30\nu a 2 50\nu a 3 40\nv b 5 10\nv b 4 10\n");
  options_.repeated = RepeatedRatings::last;
  EXPECT_EQ(entries(), (testing::EntryMap{{{0, 0}, 3}, {{1, 1}, 4}}));
  options_.columns = "1,2,3,4";
  EXPECT_EQ(entries(), (testing::EntryMap{{{0, 0}, 2}, {{1, 1}, 4}}));
  options_.repeated = RepeatedRatings::sum;
  EXPECT_EQ(entries(), (testing::EntryMap{{{0, 0}, 6}, {{1, 1}, 9}}));
}

TEST_F(RatingsTest, LowestWrongLineIsTold) {
  write("u a 1\nu b 2\nv a 0\nv b x\nv c -1\n");
  expect_refused("line 3: the rating 0 is not above 0");
}

TEST_F(RatingsTest, RatingsBeyondThePrecisionAreRefused) {
  write("u a 1\nu b 1e300\nv b 1e-300\n");
  expect_refused("line 2: the rating 1e+300 is too large or too small for float32");
  EXPECT_EQ(entries<double>().size(), 3U);
}

TEST_F(RatingsTest, ColumnsThatAreNotThere) {
  write("who,film,score\nbob,a,3\n");
  options_.columns = "who,film,scor";
  expect_refused("names no column 'scor', but 'who, film, score'; did you mean 'score'?");
  options_.columns = "1,2,5";
  expect_refused("there is no column 5, its lines have 3 fields");
}

TEST_F(RatingsTest, FilesWithoutRatings) {
  write("# nothing\n\n");
  expect_refused("there are no lines with data");
  write("just\nwords\n");
  expect_refused("no delimiter cuts its first lines");
  write("who,film,score\n");
  options_.columns = "who,film,score";
  expect_refused("there are no ratings in the file");
}

}  // namespace
}  // namespace tessera::ingest
