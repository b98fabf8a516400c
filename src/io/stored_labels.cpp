#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5_array.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_texts.hpp"
#include "tessera/io/labels.hpp"
#include "tessera/mpi/agree.hpp"

#include "label_list.hpp"

/// Labels in a table of an HDF5 file, as AnnData writes the columns of /obs and /var: text or
/// numbers, or `categories` and for each row the place of its own among them, -1 for none.
namespace tessera::io {
namespace {

constexpr const char* kCategories = "categories";
constexpr const char* kCodes = "codes";
/// Categories may be more than the rows, where rows have been taken away, but not beyond reason.
constexpr Index kUnusedCategories = Index{1} << 20;

[[noreturn]] void throw_no_label(Index row) {
  throw InputError(
      fmt::format("row {} has no label. Give the rows that have none a label of their own", row));
}

bool is_text(hid_t dataset) {
  const hdf5::Datatype type(H5Dget_type(dataset), "H5Dget_type");
  return H5Tget_class(type) == H5T_STRING;
}

/// Whole numbers of a 1-D dataset, all of which `fits` must accept by their count.
template <class Fits>
std::vector<Index> read_numbers(hid_t location, const std::string& name, const Fits& fits) {
  const hdf5::Array array = hdf5::describe_array(location, name);
  if (!array.integer) {
    throw InputError(fmt::format("it holds {} and not labels: text, whole numbers or categories",
                                 array.value_type));
  }
  fits(array.length);
  std::vector<Index> numbers(static_cast<std::size_t>(array.length));
  hdf5::read_array<Index>(hdf5::open_array(location, name), {0, array.length}, numbers);
  return numbers;
}

/// Texts, or numbers as texts.
template <class Fits>
std::vector<std::string> read_texts(hid_t location, const std::string& name, const Fits& fits) {
  if (is_text(hdf5::open_dataset(location, name))) {
    const hdf5::Texts texts(location, name);
    fits(texts.length());
    return texts.read();
  }
  const auto numbers = read_numbers(location, name, fits);
  std::vector<std::string> texts;
  std::ranges::transform(numbers, std::back_inserter(texts),
                         [](Index number) { return std::to_string(number); });
  return texts;
}

/// One label a row; the count must be `expected`.
Labels read_plain(hid_t file, const std::string& place, Index expected, Range rows) {
  const auto texts = read_texts(file, place, [&](Index length) {
    if (length != expected) {
      throw InputError(fmt::format("there are {} labels for {} rows", length, expected));
    }
  });
  LabelList list;
  for (Index row = rows.begin; row < rows.end; ++row) {
    const std::string& text = texts[static_cast<std::size_t>(row)];
    if (text.empty()) {
      throw_no_label(row);
    }
    list.add(text);
  }
  return list.take();
}

Labels read_categorical(hid_t group, Index expected, Range rows) {
  const auto codes = read_numbers(group, kCodes, [&](Index length) {
    if (length != expected) {
      throw InputError(fmt::format("there are {} labels for {} rows", length, expected));
    }
  });
  const auto categories = read_texts(group, kCategories, [&](Index length) {
    if (length > expected + kUnusedCategories) {
      throw InputError(fmt::format("it claims {} categories for {} rows", length, expected));
    }
  });
  LabelList list;
  for (Index row = rows.begin; row < rows.end; ++row) {
    const Index code = codes[static_cast<std::size_t>(row)];
    if (code < 0) {
      throw_no_label(row);
    }
    if (code >= std::ssize(categories)) {
      throw InputError(
          fmt::format("row {} has category {}, but there are {}", row, code, categories.size()));
    }
    list.add(categories[static_cast<std::size_t>(code)]);
  }
  return list.take();
}

/// Names of the members of a group, the first few.
std::vector<std::string> members_of(hid_t group) {
  constexpr std::size_t kListed = 12;
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    auto& found = *static_cast<std::vector<std::string>*>(list);
    found.emplace_back(name);
    return found.size() < kListed ? 0 : 1;
  };
  hdf5::check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names),
              "H5Literate");
  return names;
}

Labels read_place(hid_t file, const std::string& place, Index expected, Range rows) {
  const auto object = hdf5::find_object(file, place);
  if (!object) {
    const std::string table = place.substr(0, place.find('/'));
    const auto group = hdf5::find_object(file, table);
    throw InputError(group && H5Iget_type(*group) == H5I_GROUP
                         ? fmt::format("it is not there. '{}' has: {}", table,
                                       fmt::join(members_of(*group), ", "))
                         : fmt::format("there is no table '{}'", table));
  }
  return H5Iget_type(*object) == H5I_GROUP ? read_categorical(*object, expected, rows)
                                           : read_plain(file, place, expected, rows);
}

}  // namespace

Labels read_stored_labels(const std::string& path, const std::string& place, Index expected,
                          Range rows, const mpi::Communicator& comm) {
  Labels labels;
  mpi::on_root(comm, [&] {
    require_hdf5(path);
    labels = hdf5::with_context("cannot read '" + path + "'", [&] {
      try {
        const hdf5::File file = hdf5::open_serial(path);
        return read_place(file, place, expected, rows);
      } catch (const InputError& error) {
        throw InputError(fmt::format("'{}', labels '{}': {}", path, place, error.what()));
      }
    });
  });
  return labels;
}

}  // namespace tessera::io
