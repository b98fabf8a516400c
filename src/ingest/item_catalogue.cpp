#include "tessera/ingest/item_catalogue.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "tessera/config/field_list.hpp"
#include "tessera/core/log.hpp"
#include "tessera/core/utf8.hpp"
#include "tessera/ingest/delimited_layout.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {
namespace {

constexpr std::size_t kId = 0;
constexpr std::size_t kTitle = 1;

/// Titles as they stand in the file.
ItemCatalogue parse_catalogue(const io::TextFile& file, const DelimitedLayout& layout) {
  ItemCatalogue catalogue;
  std::unordered_map<std::string, Index> lines;
  std::vector<std::string_view> fields;
  file.visit_lines([&](const io::TextLine& line) {
    if (!has_fields(layout, line)) {
      return true;
    }
    split_line(layout, line, fields);
    const std::string id = id_of(layout, line, fields, kId, "the item's id");
    const auto [earlier, is_new] = lines.emplace(id, line.number);
    if (!is_new) {
      throw io::LineError(line.number, fmt::format("the item {} stands on line {} already",
                                                   io::excerpt(id), earlier->second));
    }
    const auto title = fields[static_cast<std::size_t>(layout.columns[kTitle])];
    catalogue.ids.push_back(id);
    catalogue.titles.push_back(field_text(title, layout.delimiter));
    return true;
  });
  return catalogue;
}

}  // namespace

ItemCatalogue read_catalogue(const RatingImportOptions& ratings, const mpi::Communicator& comm) {
  ItemCatalogue catalogue;
  if (ratings.items.empty()) {
    return catalogue;
  }
  const io::TextFile file(ratings.items, comm);
  mpi::on_root(comm, [&] {
    DelimitedRequest request;
    request.columns = config::split_list(ratings.item_columns);
    request.option = "--item-columns";
    request.number_column = Index{kId};
    catalogue = parse_catalogue(file, look_at_delimited(file, request));
    if (!std::ranges::all_of(catalogue.titles, is_utf8)) {
      log::info(fmt::format("'{}' is not UTF-8: its titles are read as Latin-1", ratings.items));
      std::ranges::transform(catalogue.titles, catalogue.titles.begin(), utf8_from_latin1);
    }
  });
  return catalogue;
}

std::vector<std::string> names_of_items(const std::vector<std::string>& ids,
                                        const ItemCatalogue& catalogue) {
  std::unordered_map<std::string_view, std::string_view> titles;
  std::unordered_map<std::string_view, Index> uses;
  for (std::size_t at = 0; at < catalogue.ids.size(); ++at) {
    titles.emplace(catalogue.ids[at], catalogue.titles[at]);
    ++uses[catalogue.titles[at]];
  }
  std::vector<std::string> names;
  names.reserve(ids.size());
  for (const std::string& id : ids) {
    const auto title = titles.find(id);
    if (title == titles.end() || title->second.empty()) {
      names.push_back(id);
    } else if (uses[title->second] > 1) {
      names.push_back(fmt::format("{} [{}]", title->second, id));
    } else {
      names.emplace_back(title->second);
    }
  }
  return names;
}

}  // namespace tessera::ingest
