#include "tessera/io/parse_matrix_market.hpp"

#include <algorithm>

#include "tessera/io/text_fields.hpp"

namespace tessera::io {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lower;
}

bool parse_is_array(FieldReader& fields) {
  const std::string format = lower_case(fields.next("the format"));
  if (format != "array" && format != "coordinate") {
    fields.fail("the format " + excerpt(format) + " is neither coordinate nor array");
  }
  return format == "array";
}

ValueField parse_value_field(FieldReader& fields) {
  const std::string field = lower_case(fields.next("the field"));
  if (field == "complex") {
    fields.fail(
        "complex matrices cannot be factorized into non-negative factors. Write the absolute "
        "values as a real matrix");
  }
  if (field == "pattern") {
    return ValueField::none;
  }
  if (field == "integer") {
    return ValueField::integer;
  }
  if (field != "real" && field != "double") {
    fields.fail("the field " + excerpt(field) + " is none of real, integer and pattern");
  }
  return ValueField::real;
}

bool parse_is_symmetric(FieldReader& fields) {
  const std::string symmetry = lower_case(fields.next("the symmetry"));
  if (symmetry == "skew-symmetric") {
    fields.fail(
        "skew-symmetric matrices have negative entries and cannot be factorized into non-negative "
        "factors. Write the absolute values as a symmetric matrix");
  }
  if (symmetry == "hermitian") {
    fields.fail(
        "hermitian matrices are complex and cannot be factorized into non-negative factors. Write "
        "the absolute values as a real symmetric matrix");
  }
  if (symmetry != "general" && symmetry != "symmetric") {
    fields.fail("the symmetry " + excerpt(symmetry) + " is neither general nor symmetric");
  }
  return symmetry == "symmetric";
}

void require_consistent(const MatrixMarketBanner& banner, const MatrixMarketSize& size,
                        const FieldReader& fields) {
  if (banner.symmetric && size.rows != size.columns) {
    fields.fail("a symmetric matrix must have as many rows as columns");
  }
  if (size.entries < 0 || size.entries > size.rows * size.columns) {
    fields.fail("a matrix of " + std::to_string(size.rows) + "x" + std::to_string(size.columns) +
                " cannot have " + std::to_string(size.entries) + " entries");
  }
}

}  // namespace

MatrixMarketBanner parse_matrix_market_banner(const TextLine& line) {
  FieldReader fields(line);
  if (fields.at_end() || lower_case(fields.next("the banner")) != "%%matrixmarket") {
    throw LineError(line.number, "a Matrix Market file begins with %%MatrixMarket, this one with " +
                                     excerpt(line.text));
  }
  if (lower_case(fields.next("the object")) != "matrix") {
    fields.fail("the object is not a matrix");
  }
  MatrixMarketBanner banner;
  banner.array = parse_is_array(fields);
  banner.value = parse_value_field(fields);
  banner.symmetric = parse_is_symmetric(fields);
  fields.expect_end();
  if (banner.array && banner.value == ValueField::none) {
    fields.fail("an array cannot be a pattern: it has to give the values");
  }
  if (banner.array && banner.symmetric) {
    fields.fail("symmetric arrays are not supported. Write all entries as a general array");
  }
  return banner;
}

MatrixMarketSize parse_matrix_market_size(const MatrixMarketBanner& banner, const TextLine& line) {
  FieldReader fields(line);
  MatrixMarketSize size;
  size.rows = fields.next_index("the number of rows");
  size.columns = fields.next_index("the number of columns");
  require_addressable(size.rows, size.columns, line);
  size.entries =
      banner.array ? size.rows * size.columns : fields.next_index("the number of entries");
  fields.expect_end();
  require_consistent(banner, size, fields);
  return size;
}

double parse_array_value(ValueField value, const TextLine& line) {
  FieldReader fields(line);
  const double result = value == ValueField::integer
                            ? static_cast<double>(fields.next_index("the value"))
                            : fields.next_real("the value");
  fields.expect_end();
  return result;
}

bool is_matrix_market_comment(std::string_view line) {
  const std::string_view text = trim(line);
  return text.empty() || text.starts_with('%');
}

}  // namespace tessera::io
