#include "tessera/io/checkpoint_owner.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/io/replace_file.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

std::filesystem::path folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

/// A name that no other run has, and that tells people where to look for it.
std::string make_name() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::random_device random;
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("process {} on {}, since {:%F %T} UTC, number {:08x}{:08x}", getpid(),
                     host.data(), fmt::gmtime(now), random(), random());
}

void remove_unfinished(const std::string& path) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(path), ignored)) {
    if (is_temporary_name(entry.path().filename().string(), path)) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace

CheckpointOwner::CheckpointOwner(const std::string& checkpoint, const mpi::Communicator& comm)
    : checkpoint_(checkpoint),
      path_((folder_of(checkpoint) /
             fmt::format(".{}.owner", std::filesystem::path(checkpoint).filename().string()))
                .string()) {
  mpi::on_root(comm, [&] {
    const std::string name = make_name();
    write_small_file(path_, name + "\n");
    name_ = name;
    // An earlier run whose unfinished file goes is to find who has taken over.
    remove_unfinished(checkpoint_);
    remove_unfinished(path_);
  });
}

CheckpointOwner::~CheckpointOwner() {
  if (!name_.empty() && present_owner() == name_) {
    unlink(path_.c_str());
  }
}

std::string CheckpointOwner::present_owner() const {
  std::ifstream file(path_);
  std::string name;
  std::getline(file, name);
  return name;
}

void CheckpointOwner::require_ours() const {
  const std::string owner = present_owner();
  if (owner != name_) {
    throw IoError(fmt::format(
        "another run has taken over '{}'{}. This one stops, so that it replaces nothing the other "
        "has saved",
        checkpoint_, owner.empty() ? " and has ended" : ": " + owner));
  }
}

void CheckpointOwner::require_no_newer() const {
  if (!present_owner().empty()) {
    require_ours();
  }
}

void remove_checkpoint(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

}  // namespace tessera::io
