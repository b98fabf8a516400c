#include "tessera/io/parse_npy.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

#include "npy_fixture.hpp"

namespace tessera::io {
namespace {

using testing::npy_header;
using testing::npy_prefix;
using testing::stored_number;

template <class Number>
Number decode_one(const std::string& descr, const std::string& bytes) {
  Number number{};
  decode(std::as_bytes(std::span(bytes)), parse_npy_type("'" + descr + "'"), &number);
  return number;
}

TEST(NpyHeader, OfEveryVersionIsRead) {
  for (const char version : {'\1', '\2', '\3'}) {
    const std::string bytes = npy_header("<f4", "(400, 4096)", true, version) + "data";
    const NpyHeader header = parse_npy_header(bytes);
    EXPECT_EQ(header.descr, "'<f4'");
    EXPECT_TRUE(header.fortran_order);
    EXPECT_EQ(header.shape, (std::vector<Index>{400, 4096}));
    EXPECT_EQ(header.data_offset, std::ssize(bytes) - 4);
    EXPECT_EQ(npy_header_bytes(bytes.substr(0, kNpyPrefixBytes)), header.data_offset);
  }
}

TEST(NpyHeader, IsReadHoweverPythonWritesIt) {
  const char* texts[] = {
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
      "{'shape':(3,4),'descr':'<f4','fortran_order':False}",
      "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (3, 4,)}\n",
      " {'descr': '<f4' , 'fortran_order': False , 'shape': (3L, 4L), }  \n",
  };
  for (const char* text : texts) {
    SCOPED_TRACE(text);
    const NpyHeader header = parse_npy_header(npy_prefix(text));
    EXPECT_EQ(parse_npy_type(header.descr).bytes, 4);
    EXPECT_FALSE(header.fortran_order);
    EXPECT_EQ(header.shape, (std::vector<Index>{3, 4}));
  }
}

TEST(NpyHeader, KnowsShapesOfAllDimensions) {
  EXPECT_EQ(parse_npy_header(npy_header("<f4", "()")).shape, (std::vector<Index>{}));
  EXPECT_EQ(parse_npy_header(npy_header("<f4", "(7,)")).shape, (std::vector<Index>{7}));
  EXPECT_EQ(parse_npy_header(npy_header("<f4", "(2, 3, 4)")).shape, (std::vector<Index>{2, 3, 4}));
}

TEST(NpyType, IsReadAndNamed) {
  const std::pair<const char*, const char*> names[] = {
      {"'|i1'", "int8"},     {"'<i2'", "int16"},   {"'>i4'", "big-endian int32"},
      {"'=i8'", "int64"},    {"'|u1'", "uint8"},   {"'>u1'", "uint8"},
      {"\"<u2\"", "uint16"}, {"'<f2'", "float16"}, {"'>f8'", "big-endian float64"}};
  for (const auto& [descr, name] : names) {
    EXPECT_EQ(npy_type_name(parse_npy_type(descr)), name);
  }
}

TEST(NpyType, RefusesWhatIsNoRealNumberByName) {
  const std::pair<const char*, const char*> refused[] = {
      {"'|b1'", "bool"},         {"'<c8'", "complex"},
      {"'|O'", "Python object"}, {"'<U5'", "text"},
      {"'|S5'", "byte string"},  {"'|V16'", "structured"},
      {"'<M8[ns]'", "date"},     {"'<f16'", "unusual size"},
      {"'<i16'", "unknown"},     {"'<i3'", "unknown"},
      {"'<i'", "unknown"},       {"''", "unknown"},
      {"'f4'", "unknown"},       {"'~f4'", "unknown"},
      {"f", "unknown"},          {"[('x', '<f4'), ('y', '<f4')]", "structured"}};
  for (const auto& [descr, words] : refused) {
    try {
      static_cast<void>(parse_npy_type(descr));
      ADD_FAILURE() << descr << " was accepted";
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("astype(np.float32)"), std::string::npos);
    }
  }
}

struct BrokenHeader {
  const char* name;
  std::string bytes;
  const char* words;
};

const BrokenHeader kBrokenHeaders[] = {
    {"nothing", "", "does not begin with"},
    {"another file", "%%MatrixMarket matrix array", "does not begin with"},
    {"magic only", "\x93NUMPY", "ends within it"},
    {"no length", std::string("\x93NUMPY\1\0", 8), "ends within it"},
    {"half a length", std::string("\x93NUMPY\1\0\5", 9), "ends within it"},
    {"half a long length", std::string("\x93NUMPY\2\0\5\0\0", 11), "ends within it"},
    {"version 9", npy_prefix("{}", 9), "version 9.0"},
    {"version 0", npy_prefix("{}", 0), "version 0.0"},
    {"cut short", npy_header("<f4", "(3, 4)").substr(0, 50), "ends within it"},
    {"huge length", std::string("\x93NUMPY\2\0\xff\xff\xff\xff", 12), "4294967295 bytes long"},
    {"no text", npy_prefix(""), "'{' is missing"},
    {"no dictionary", npy_prefix("[1, 2]"), "'{' is missing"},
    {"empty dictionary", npy_prefix("{}"), "must name"},
    {"no shape", npy_prefix("{'descr': '<f4', 'fortran_order': False}"), "must name"},
    {"unknown key", npy_prefix("{'colour': 'red'}"), "'colour' is not a known key"},
    {"key twice", npy_prefix("{'shape': (1, 2), 'shape': (1, 2)}"), "stands twice"},
    {"bare key", npy_prefix("{descr: '<f4'}"), "not in quotes"},
    {"no colon", npy_prefix("{'descr' '<f4'}"), "':' is missing"},
    {"no comma", npy_prefix("{'descr': '<f4' 'shape': (1, 2)}"), "'}' is missing"},
    {"open quote", npy_prefix("{'descr': '<f4"), "no closing quote"},
    {"open tuple", npy_prefix("{'shape': (3, 4"), "ends within a value"},
    {"open dictionary", npy_prefix("{'shape': (3, 4),"), "ends within a value"},
    {"more behind", npy_prefix("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)} x"),
     "follows the closing brace"},
    {"order 1", npy_prefix("{'descr': '<f4', 'fortran_order': 1, 'shape': (3, 4)}"),
     "not True or False"},
    {"shape as list", npy_header("<f4", "[3, 4]"), "not a tuple"},
    {"shape as number", npy_header("<f4", "12"), "not a tuple"},
    {"negative rows", npy_header("<f4", "(-3, 4)"), "'-3' is not a dimension"},
    {"rows not whole", npy_header("<f4", "(3.5, 4)"), "'3.5' is not a dimension"},
    {"missing rows", npy_header("<f4", "(, 4)"), "'' is not a dimension"},
    {"nested", npy_header("<f4", "((3, 4), 5)"), "is not a dimension"},
    {"rows beyond 64 bits", npy_header("<f4", "(99999999999999999999, 1)"), "63 bits"},
};

TEST(NpyHeader, ThatIsBrokenIsRefusedWithTheReason) {
  for (const BrokenHeader& broken : kBrokenHeaders) {
    SCOPED_TRACE(broken.name);
    try {
      static_cast<void>(parse_npy_header(broken.bytes));
      ADD_FAILURE() << "it was accepted";
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(broken.words), std::string::npos) << error.what();
    }
  }
}

/// Whatever one byte of a header is changed to, it is read or refused.
TEST(NpyHeader, SurvivesEveryChangeOfAByte) {
  const std::string good = npy_header(">i8", "(3, 4)");
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string bytes = good;
      bytes[at] = static_cast<char>(value);
      try {
        const NpyHeader header = parse_npy_header(bytes);
        static_cast<void>(parse_npy_type(header.descr));
        require_matrix_shape(header.shape);
      } catch (const InputError&) {
      }
    }
  }
}

TEST(NpyShape, MustBeThatOfAMatrix) {
  const Index huge = Index{1} << 40;
  const std::pair<std::vector<Index>, const char*> refused[] = {{{}, "0 dimensions (scalar)"},
                                                                {{7}, "1 dimension (7)"},
                                                                {{2, 3, 4}, "3 dimensions (2x3x4)"},
                                                                {{0, 4}, "empty (0x4)"},
                                                                {{4, 0}, "empty (4x0)"},
                                                                {{huge, huge}, "64-bit sizes"},
                                                                {{huge << 20, 8}, "64-bit sizes"}};
  for (const auto& [shape, words] : refused) {
    try {
      require_matrix_shape(shape);
      ADD_FAILURE() << words << " was accepted";
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  }
  EXPECT_NO_THROW(require_matrix_shape({huge, 1}));
}

TEST(NpyDecode, KeepsTheExtremesOfEveryType) {
  for (const char order : {'<', '>'}) {
    const auto expect_same = [&](const std::string& code, double value) {
      const std::string descr = order + code;
      EXPECT_EQ(decode_one<double>(descr, stored_number(descr, value)), value) << descr;
      EXPECT_EQ(decode_one<float>(descr, stored_number(descr, value)), static_cast<float>(value))
          << descr;
    };
    for (const int bits : {8, 16, 32, 64}) {
      const std::string bytes = std::to_string(bits / 8);
      expect_same("i" + bytes, -std::ldexp(1, bits - 1));
      expect_same("i" + bytes, 100);
      expect_same("u" + bytes, std::ldexp(1, bits - 1));
      expect_same("u" + bytes, 0);
    }
    expect_same("f4", 0.1F);
    expect_same("f4", std::numeric_limits<float>::denorm_min());
    expect_same("f4", std::numeric_limits<float>::infinity());
    expect_same("f8", 0.1);
    expect_same("f8", std::numeric_limits<double>::max());
    EXPECT_TRUE(std::isnan(decode_one<float>(
        order + std::string("f8"),
        stored_number(order + std::string("f8"), std::numeric_limits<double>::quiet_NaN()))));
  }
}

TEST(NpyDecode, ReadsEveryHalfPrecisionNumberExactly) {
  constexpr int kMantissaBits = 10;
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const std::string bytes{static_cast<char>(bits & 0xff), static_cast<char>(bits >> 8)};
    const double sign = (bits & 0x8000) != 0 ? -1 : 1;
    const int exponent = static_cast<int>(bits >> kMantissaBits & 0x1f);
    const double mantissa = bits & 0x3ff;
    const double actual = decode_one<double>("<f2", bytes);
    if (exponent == 0x1f) {
      EXPECT_EQ(std::isnan(actual), mantissa != 0);
      EXPECT_EQ(std::isinf(actual), mantissa == 0);
      continue;
    }
    const double expected =
        exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 1024, exponent - 25);
    ASSERT_EQ(actual, sign * expected) << bits;
    ASSERT_EQ(decode_one<float>("<f2", bytes), static_cast<float>(sign * expected)) << bits;
  }
}

TEST(NpyDecode, RefusesFractionsAsIndices) {
  EXPECT_EQ(decode_one<Index>(">i4", stored_number(">i4", -5)), -5);
  EXPECT_EQ(decode_one<Index>("<u2", stored_number("<u2", 65535)), 65535);
  EXPECT_THROW(decode_one<Index>("<f4", stored_number("<f4", 1)), InputError);
}

}  // namespace
}  // namespace tessera::io
