#include "tessera/config/term_text.hpp"

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

namespace tessera {
namespace {

TEST(DocumentBound, APointMakesItAShare) {
  EXPECT_EQ(parse_document_bound("3").documents(200), 3);
  EXPECT_EQ(parse_document_bound("0").documents(200), 0);
  EXPECT_EQ(parse_document_bound("1").documents(200), 1);
  EXPECT_EQ(parse_document_bound("1.0").documents(200), 200);
  EXPECT_EQ(parse_document_bound("0.25").documents(202), 50.5);
  EXPECT_EQ(parse_document_bound("5e-1").documents(10), 5);
  for (const char* wrong : {"", "-1", "1.5", "-0.1", "3 ", "nan", "inf", "x", "0x1", "1:2"}) {
    EXPECT_THROW(static_cast<void>(parse_document_bound(wrong)), UsageError) << wrong;
  }
}

TEST(NgramLengths, AreTwoNumbersOrOne) {
  EXPECT_EQ(parse_ngrams("1:2").shortest, 1);
  EXPECT_EQ(parse_ngrams("1:2").longest, 2);
  EXPECT_EQ(parse_ngrams("3").shortest, 3);
  EXPECT_EQ(parse_ngrams("3").longest, 3);
  for (const char* wrong : {"", "0", "0:1", "2:1", "1:", ":2", "1:2:3", "1:101", "a"}) {
    EXPECT_THROW(static_cast<void>(parse_ngrams(wrong)), UsageError) << wrong;
  }
}

}  // namespace
}  // namespace tessera
