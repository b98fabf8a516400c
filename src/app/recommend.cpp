#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/matching_names.hpp"
#include "tessera/app/session.hpp"
#include "tessera/config/field_list.hpp"
#include "tessera/config/nearest.hpp"
#include "tessera/config/range_text.hpp"
#include "tessera/config/recommend_options.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/atomic_file.hpp"
#include "tessera/io/factor_rows.hpp"
#include "tessera/io/text_fields.hpp"
#include "tessera/io/text_file.hpp"
#include "tessera/matrix/observed.hpp"
#include "tessera/products/ranking.hpp"
#include "tessera/report/recommendation.hpp"

namespace tessera::app {
namespace {

/// What process 0 knows of names, and what is asked for.
struct Request {
  io::MatrixNames names;           ///< of the model, on process 0; empty where it has none
  std::vector<std::string> users;  ///< as they are called, on process 0
  std::vector<Index> rows;         ///< of these, on every process
};

/// Users in the order in which they are named. Collective.
std::vector<std::string> asked_users(const RecommendOptions& options,
                                     const mpi::Communicator& world) {
  if (options.users.empty()) {
    return config::split_list(options.user);
  }
  const io::TextFile file(options.users, world);
  std::vector<std::string> users;
  mpi::on_root(world, [&] {
    file.visit_lines([&](const io::TextLine& line) {
      if (!io::is_blank(line.text)) {
        users.emplace_back(io::trim(line.text));
      }
      return true;
    });
    if (users.empty()) {
      throw InputError(fmt::format("'{}': there are no names in the file", options.users));
    }
  });
  return users;
}

/// @throws InputError with the most similar name.
[[noreturn]] void throw_unknown_user(const std::string& user, const std::string& model,
                                     const std::vector<std::string>& names) {
  constexpr std::size_t kLongest = 100;  // comparing longer names would take long
  std::vector<std::string_view> similar;
  std::ranges::copy_if(names, std::back_inserter(similar),
                       [](const std::string& name) { return name.size() <= kLongest; });
  const bool comparable = user.size() <= kLongest && !similar.empty();
  throw InputError(fmt::format(
      "the model '{}' has no row named {}{}", model, io::excerpt(user),
      comparable ? fmt::format("; did you mean {}?", io::excerpt(config::nearest(user, similar)))
                 : std::string(". See its /row_names")));
}

/// By name. @throws InputError for names that no row has, or several.
std::vector<Index> rows_by_name(const std::vector<std::string>& users, const std::string& model,
                                const std::vector<std::string>& names) {
  constexpr Index kSeveral = -1;
  std::unordered_map<std::string_view, Index> places;
  for (std::size_t at = 0; at < names.size(); ++at) {
    const auto [place, is_new] = places.emplace(names[at], static_cast<Index>(at));
    place->second = is_new ? place->second : kSeveral;
  }
  std::vector<Index> rows;
  for (const std::string& user : users) {
    const auto place = places.find(user);
    if (place == places.end()) {
      throw_unknown_user(user, model, names);
    }
    if (place->second == kSeveral) {
      throw InputError(
          fmt::format("several rows of the model '{}' are named {}", model, io::excerpt(user)));
    }
    rows.push_back(place->second);
  }
  return rows;
}

/// By number. @throws InputError for what is none of the model's rows.
std::vector<Index> rows_by_number(const std::vector<std::string>& users, const std::string& path,
                                  Index count) {
  std::vector<Index> rows;
  for (const std::string& user : users) {
    const auto row = io::to_index(user);
    if (!row || !Range{0, count}.contains(*row)) {
      throw InputError(
          fmt::format("the rows of the model '{}' have no names and are numbered from 0 to {}: {} "
                      "is none of them",
                      path, count - 1, io::excerpt(user)));
    }
    rows.push_back(*row);
  }
  return rows;
}

/// Collective.
Request resolve(const RecommendOptions& options, const io::ModelInfo& model,
                const mpi::Communicator& world) {
  Request request;
  request.names = io::read_model_names(options.model, world);
  request.users = asked_users(options, world);
  mpi::on_root(world, [&] {
    const auto& names = request.names.rows;
    request.rows = names.empty() ? rows_by_number(request.users, options.model, model.rows)
                                 : rows_by_name(request.users, options.model, names);
  });
  Index count = std::ssize(request.rows);
  world.broadcast(std::span(&count, 1), 0);
  request.rows.resize(static_cast<std::size_t>(count));
  world.broadcast(std::span<Index>(request.rows), 0);
  return request;
}

/// Some lists of this process's rows, given to all: one for each of `rows`. Collective.
ColumnLists gather_lists(const ColumnLists& own, Range owned, const std::vector<Index>& rows,
                         const mpi::Communicator& world) {
  ColumnLists all;
  all.offsets.assign(rows.size() + 1, 0);
  const auto own_list = [&](std::size_t at) {
    return owned.contains(rows[at]) ? own.of(rows[at] - owned.begin)
                                    : std::span<const std::int32_t>();
  };
  for (std::size_t at = 0; at < rows.size(); ++at) {
    all.offsets[at + 1] = all.offsets[at] + std::ssize(own_list(at));
  }
  world.all_reduce_sum(std::span<Index>(all.offsets));
  mpi::agree(world, [&] { all.columns.resize(static_cast<std::size_t>(all.offsets.back())); });
  // A row is held by one process; the others add zeros.
  for (std::size_t at = 0; at < rows.size(); ++at) {
    std::ranges::copy(own_list(at), all.columns.begin() + all.offsets[at]);
  }
  world.all_reduce_sum(std::span<std::int32_t>(all.columns));
  return all;
}

void require_fits(const io::MatrixDescription& about, const RecommendOptions& options,
                  const io::ModelInfo& model) {
  if (about.rows != model.rows || about.columns != model.columns) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("'{}' is {}x{}, but '{}' describes a {}x{} matrix. Name the matrix that the "
                    "model was made of, or ratings imported --like it",
                    about.path, about.rows, about.columns, options.model, model.rows,
                    model.columns));
  }
}

/// What each of the users has seen; nothing where no file says it. Collective.
template <class Real>
ColumnLists read_seen(const RecommendOptions& options, const io::ModelInfo& model,
                      const Request& request, const mpi::Communicator& world) {
  if (options.exclude_seen.empty()) {
    ColumnLists none;
    none.offsets.resize(request.rows.size() + 1);
    return none;
  }
  InputOptions in_order;
  in_order.path = options.exclude_seen;
  in_order.balance = Balance::even;
  const io::MatrixInput input(in_order, world);
  require_fits(input.description(), options, model);
  const auto names = input.read_names(world);
  mpi::on_root(world, [&] {
    require_same_names("row", names.rows, request.names.rows, options.model);
    require_same_names("column", names.columns, request.names.columns, options.model);
  });
  const mpi::ProcessGrid tall(world, {world.size(), 1});
  const auto a = input.read<Real>(tall);
  const auto own = mpi::agree(world, [&] {
    const auto* dense = std::get_if<DenseBlock<Real>>(&a.block);
    const auto is_seen = [](Real value) { return value != 0; };
    return dense != nullptr ? columns_where(to_sparse(*dense), is_seen)
                            : columns_where(std::get<SparseBlock<Real>>(a.block), is_seen);
  });
  return gather_lists(own, a.distribution.row_block(tall.row()), request.rows, world);
}

std::string name_or_number(const std::vector<std::string>& names, Index at) {
  return names.empty() ? std::to_string(at) : names[static_cast<std::size_t>(at)];
}

/// On process 0.
std::vector<report::Recommendation> describe(const Request& request,
                                             const products::Rankings& rankings, const Clip& clip) {
  std::vector<report::Recommendation> list;
  for (std::size_t at = 0; at < rankings.size(); ++at) {
    report::Recommendation one{request.users[at], request.rows[at], {}};
    for (const auto& [column, score] : rankings[at]) {
      one.items.push_back({name_or_number(request.names.columns, column), column, clip(score)});
    }
    list.push_back(std::move(one));
  }
  return list;
}

template <class Real>
products::Rankings rank(const RecommendOptions& options, const io::ModelInfo& model,
                        const Request& request, const mpi::Communicator& world) {
  const products::RankingTask task{read_seen<Real>(options, model, request, world), options.top};
  const auto w = io::read_rows_of_w<Real>(options.model, model, request.rows, world);
  const Range part = Partition::even(model.columns, world.size()).part(world.rank());
  const auto h = io::read_factor_h<Real>(options.model, model, part, world);
  return products::rank_shared_rows<Real>(w.view(), h, task, world);
}

void tell(const RecommendOptions& options, const std::vector<report::Recommendation>& list,
          const mpi::Communicator& world) {
  if (options.output.empty()) {
    print(report::recommendations_text(list), world);
    return;
  }
  mpi::on_root(world, [&] {
    io::write_file_atomically(options.output,
                              options.output.ends_with(".json")
                                  ? report::recommendations_json(options.model, list)
                                  : report::recommendations_csv(list));
  });
  log::info(fmt::format("wrote {} ({} users)", options.output, list.size()));
}

}  // namespace

void recommend(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<RecommendOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  if (!options->output.empty()) {
    require_writable(options->output, world);
  }
  const auto model = io::read_model_info(options->model, world);
  const auto request = resolve(*options, model, world);
  const auto rankings = with_precision(model.precision, [&](auto real) {
    return rank<decltype(real)>(*options, model, request, world);
  });
  tell(*options, describe(request, rankings, config::parse_clip(options->clip)), world);
}

}  // namespace tessera::app
