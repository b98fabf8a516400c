#include "tessera/ingest/term_table.hpp"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tessera::ingest {
namespace {

TEST(TermTable, NumbersTermsAsAMapDoes) {
  std::map<std::string, std::uint32_t> expected;
  TermTable table;
  std::mt19937 random(5);
  for (int round = 0; round < 50000; ++round) {
    std::string term(random() % 40, 'a');
    for (char& c : term) {
      c = static_cast<char>(random() % 8 == 0 ? random() % 3 : 'a');  // many share their ends
    }
    const auto next = static_cast<std::uint32_t>(expected.size());
    const std::uint32_t number = expected.try_emplace(term, next).first->second;
    EXPECT_EQ(table.number_of(term), number);
    EXPECT_EQ(table.text(number), term);
  }
  EXPECT_EQ(table.size(), std::ssize(expected));
}

}  // namespace
}  // namespace tessera::ingest
