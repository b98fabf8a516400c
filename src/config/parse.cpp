#include "tessera/config/parse.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "tessera/config/nearest.hpp"
#include "tessera/core/error.hpp"

#include "tables.hpp"
#include "validate.hpp"

namespace po = boost::program_options;

namespace tessera::config {
namespace {

/// A value as the user wrote it.
struct Given {
  std::string name;
  std::string value;
  std::string place;  ///< "--rank", "INPUT" or "rank in job.ini"
};

po::options_description known_options(const OptionTable& table) {
  po::options_description known;
  for (const Option& option : table) {
    known.add_options()(option.name.c_str(), new po::untyped_value(option.is_switch()), "");
  }
  return known;
}

/// The known name nearest to one that no option has.
std::string_view nearest_known(std::string_view name, const OptionTable& table) {
  std::vector<std::string_view> names;
  for (const Option& option : table) {
    names.emplace_back(option.name);
  }
  return nearest(name.substr(std::min(name.find_first_not_of('-'), name.size())), names);
}

[[noreturn]] void throw_unknown_option(std::string_view name, const OptionTable& table) {
  throw UsageError(
      fmt::format("unknown option {}; did you mean --{}?", name, nearest_known(name, table)));
}

/// An argument that belongs to a name, or to the option that may stand without.
Given to_given(const po::option& parsed, const OptionTable& table) {
  const std::string value = parsed.value.empty() ? "true" : parsed.value.front();
  const bool is_positional = parsed.position_key >= 0;
  if (is_positional && value.size() > 1 && value.front() == '-') {
    throw_unknown_option(value, table);
  }
  const auto option = std::ranges::find(table, parsed.string_key, &Option::name);
  if (option == table.end()) {
    throw UsageError(fmt::format("unexpected argument '{}'", value));
  }
  // The library would take the next option for this one's value.
  if (!is_positional && parsed.original_tokens.size() > 1 && value.starts_with("--")) {
    throw UsageError(fmt::format("{} lacks its value: {} follows", option->label(), value));
  }
  return {option->name, value, option->label()};
}

std::vector<Given> read_command_line(const OptionTable& table,
                                     const std::vector<std::string>& arguments) {
  const po::options_description known = known_options(table);
  po::positional_options_description positional;
  for (const Option& option : table) {
    if (option.positional) {
      positional.add(option.name.c_str(), -1);
    }
  }
  constexpr int kStyle = po::command_line_style::allow_long |
                         po::command_line_style::long_allow_adjacent |
                         po::command_line_style::long_allow_next;
  try {
    std::vector<Given> given;
    po::command_line_parser parser(arguments);
    parser.options(known).style(kStyle);
    if (positional.max_total_count() > 0) {
      parser.positional(positional);
    }
    for (const auto& parsed : parser.run().options) {
      given.push_back(to_given(parsed, table));
    }
    return given;
  } catch (const po::unknown_option& error) {
    throw_unknown_option(error.get_option_name(), table);
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
}

std::vector<Given> read_file(const OptionTable& table, const std::string& path) {
  std::ifstream stream(path);
  stream.peek();  // a folder opens, but cannot be read
  if (!stream && !stream.eof()) {
    throw IoError(fmt::format("cannot read the configuration file {}", path));
  }
  const po::options_description known = known_options(table);
  try {
    std::vector<Given> given;
    for (const auto& parsed : po::parse_config_file(stream, known).options) {
      const std::string value = parsed.value.empty() ? "" : parsed.value.front();
      given.push_back({parsed.string_key, value, fmt::format("{} in {}", parsed.string_key, path)});
    }
    return given;
  } catch (const po::unknown_option& error) {
    const std::string name = error.get_option_name();
    throw UsageError(fmt::format("unknown key {} in {}; did you mean {}?", name, path,
                                 nearest_known(name, table)));
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}: {}", path, error.what()));
  }
}

/// Stores what one source gave, all of it names of the table; a problem for each value that does
/// not fit. Returns the names of the options that have one.
std::vector<std::string> store(const OptionTable& table, const std::vector<Given>& given,
                               std::vector<std::string>& problems) {
  std::vector<std::string> wrong;
  std::vector<std::string_view> seen;
  for (const Given& one : given) {
    if (std::ranges::find(seen, one.name) != seen.end()) {
      problems.push_back(
          fmt::format("{} is given more than once, again with '{}'", one.place, one.value));
    }
    seen.emplace_back(one.name);
    const Option& option = *std::ranges::find(table, one.name, &Option::name);
    if (!option.set(one.value)) {
      problems.push_back(wrong_value(option, one.place, one.value));
      wrong.push_back(one.name);
    }
  }
  return wrong;
}

}  // namespace

bool asks_for_help(const std::vector<std::string>& arguments) {
  return std::ranges::any_of(arguments, [](const std::string& argument) {
    return argument == "--help" || argument == "-h";
  });
}

template <class Options>
Options parse(const std::vector<std::string>& arguments) {
  Options options;
  CommandLineOptions common;
  const OptionTable own = table(options);
  OptionTable all = own;
  std::ranges::move(table(common), std::back_inserter(all));

  std::vector<std::string> found;
  std::vector<std::string> wrong;
  const std::vector<Given> words = read_command_line(all, arguments);
  const auto file = std::ranges::find(words, "config", &Given::name);
  if (file != words.end()) {
    wrong = store(own, read_file(own, file->value), found);
  }
  std::ranges::move(store(all, words, found), std::back_inserter(wrong));
  std::ranges::move(problems_except(wrong, options), std::back_inserter(found));
  throw_if_any(found);
  return options;
}

#define TESSERA_INSTANTIATE(Options) template Options parse(const std::vector<std::string>&);
TESSERA_FOR_EACH_COMMAND(TESSERA_INSTANTIATE)

}  // namespace tessera::config
