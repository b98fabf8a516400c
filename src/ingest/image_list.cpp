#include "tessera/ingest/image_list.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/io/input_file.hpp"
#include "tessera/io/replace_file.hpp"
#include "tessera/io/text_line.hpp"
#include "tessera/mpi/agree.hpp"

namespace fs = std::filesystem;

namespace tessera::ingest {
namespace {

constexpr std::array<std::string_view, 6> kEndings = {".pgm", ".ppm", ".pnm",
                                                      ".png", ".jpg", ".jpeg"};

bool is_picture_by_name(const fs::path& path) {
  std::string ending = path.extension();
  std::ranges::transform(ending, ending.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
  });
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

ImageList list_folder(const std::string& folder) {
  ImageList list{folder, {}, 0};
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_directory(error) || error) {
      continue;
    }
    if (is_picture_by_name(entry->path())) {
      list.names.push_back(entry->path().lexically_relative(folder).generic_string());
    } else {
      ++list.left_out;
    }
  }
  if (error) {
    throw IoError(fmt::format("cannot list the folder '{}': {}", folder, error.message()));
  }
  if (list.names.empty()) {
    throw InputError(
        fmt::format("'{}' holds no picture: names must end in .pgm, .ppm, .pnm, .png, .jpg or "
                    ".jpeg. Give a text file with one path a line for other names",
                    folder));
  }
  std::ranges::sort(list.names);
  return list;
}

ImageList read_list(const std::string& path) {
  const io::InputFile file(path);
  std::string content(static_cast<std::size_t>(file.size()), '\0');
  file.read(0, std::as_writable_bytes(std::span(content)));
  if (content.find('\0') != std::string::npos) {
    throw InputError(fmt::format(
        "'{}' is no text file: --images takes a folder, or a list of one path a line", path));
  }
  ImageList list{io::folder_of(path), {}, 0};
  io::for_each_line({content}, [&](const io::TextLine& line) {
    if (!io::is_blank(line.text)) {
      list.names.push_back(fs::path(line.text).lexically_normal().generic_string());
    }
  });
  if (list.names.empty()) {
    throw InputError(fmt::format("'{}' names no picture: it needs one path a line", path));
  }
  return list;
}

}  // namespace

std::string ImageList::path(Index index) const {
  return fs::path(folder) / names[static_cast<std::size_t>(index)];
}

ImageList list_images(const std::string& path, const mpi::Communicator& comm) {
  ImageList list;
  std::string joined;  // no path holds a zero byte
  mpi::on_root(comm, [&] {
    list = fs::is_directory(path) ? list_folder(path) : read_list(path);
    for (const std::string& name : list.names) {
      joined += name + '\0';
    }
  });
  joined = comm.broadcast(std::move(joined), 0);
  list.folder = comm.broadcast(list.folder, 0);
  comm.broadcast(std::span(&list.left_out, 1), 0);
  list.names.clear();
  for (std::size_t begin = 0; begin < joined.size();) {
    const std::size_t end = joined.find('\0', begin);
    list.names.push_back(joined.substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

io::Categorical folder_labels(const std::vector<std::string>& names) {
  std::vector<std::string> folders;
  folders.reserve(names.size());
  for (const std::string& name : names) {
    folders.push_back(fs::path(name).parent_path().generic_string());
  }
  io::Categorical labels{"label", folders, {}};
  auto& categories = labels.categories;
  std::erase(categories, "");
  if (categories.empty()) {
    return {};
  }
  std::ranges::sort(categories);
  const auto repeated = std::ranges::unique(categories);
  categories.erase(repeated.begin(), repeated.end());
  for (const std::string& folder : folders) {
    const auto place = std::ranges::lower_bound(categories, folder) - categories.begin();
    labels.codes.push_back(folder.empty() ? -1 : static_cast<std::int32_t>(place));
  }
  return labels;
}

}  // namespace tessera::ingest
