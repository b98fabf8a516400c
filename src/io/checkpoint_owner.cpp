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
#include "tessera/io/atomic_file.hpp"
#include "tessera/io/replace_file.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// A name that no other run has, and that tells people where to look for it.
std::string make_name() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::random_device random;
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("process {} on {}, since {:%F %T} UTC, number {:08x}{:08x}", getpid(),
                     host.data(), fmt::gmtime(now), random(), random());
}

}  // namespace

void remove_unfinished(const std::string& path) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(path), ignored)) {
    if (is_temporary_name(entry.path().filename().string(), path)) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

CheckpointOwner::CheckpointOwner(const std::string& checkpoint, const mpi::Communicator& comm)
    : checkpoint_(checkpoint),
      path_(fmt::format("{}/.{}.owner", folder_of(checkpoint),
                        std::filesystem::path(checkpoint).filename().string())) {
  mpi::on_root(comm, [&] {
    const std::string name = make_name();
    write_file_atomically(path_, name + "\n");
    name_ = name;
    // In this order: a checkpoint that an earlier owner has begun before it could see our name
    // loses its file here, and cannot replace what we are going to read.
    remove_unfinished(checkpoint_);
  });
}

CheckpointOwner::~CheckpointOwner() {
  // What owns a checkpoint stays with it.
  std::error_code ignored;
  if (!name_.empty() && !std::filesystem::exists(checkpoint_, ignored)) {
    remove_own_name();
  }
}

void CheckpointOwner::remove_own_name() noexcept {
  try {
    if (present_owner() == name_) {
      unlink(path_.c_str());
    }
  } catch (const IoError&) {
    // Then it stays: the next run takes it over.
  }
}

std::string CheckpointOwner::present_owner() const {
  std::error_code error;
  const auto status = std::filesystem::status(path_, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return "";
  }
  std::ifstream file(path_);
  std::string name;
  if (!std::getline(file, name)) {
    throw IoError(fmt::format("cannot read '{}', which says whose checkpoint this is", path_));
  }
  return name;
}

void CheckpointOwner::remove() {
  std::error_code ignored;
  if (present_owner() == name_) {
    std::filesystem::remove(checkpoint_, ignored);
    remove_own_name();
  }
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

}  // namespace tessera::io
