#include "tessera/report/recommendation.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tessera::report {
namespace {

std::vector<Recommendation> example() {
  return {{"7", 6, {{"Alien, \"Director's cut\"", 3, 4.5}, {"Ran", 0, 4.25}}}, {"a\nb", 8, {}}};
}

TEST(RecommendationsText, ListsItemsUserByUser) {
  EXPECT_EQ(recommendations_text(example()),
            "user 7\n"
            "   1       4.5  Alien, \"Director's cut\"\n"
            "   2      4.25  Ran\n"
            "\n"
            "user a\\x0ab\n");
}

TEST(RecommendationsCsv, QuotesWhereItMust) {
  EXPECT_EQ(recommendations_csv(example()),
            "user,rank,item,column,score\n"
            "7,1,\"Alien, \"\"Director's cut\"\"\",3,4.5\n"
            "7,2,Ran,0,4.25\n");
}

TEST(RecommendationsJson, HoldsEverything) {
  const auto json = nlohmann::json::parse(recommendations_json("m.h5", example()));
  EXPECT_EQ(json["model"], "m.h5");
  EXPECT_EQ(json["users"][0]["user"], "7");
  EXPECT_EQ(json["users"][0]["row"], 6);
  EXPECT_EQ(json["users"][0]["items"][1]["item"], "Ran");
  EXPECT_EQ(json["users"][0]["items"][1]["column"], 0);
  EXPECT_EQ(json["users"][0]["items"][1]["score"], 4.25);
  EXPECT_TRUE(json["users"][1]["items"].empty());
}

}  // namespace
}  // namespace tessera::report
