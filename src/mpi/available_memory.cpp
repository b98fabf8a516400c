#include "tessera/mpi/available_memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::mpi {
namespace {

constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;

/// The number in a file of one; nothing where there is no file, or "max" in it.
std::optional<Index> number_in(const std::string& path) {
  Index number = 0;
  if (std::ifstream file(path); file >> number) {
    return number;
  }
  return std::nullopt;
}

/// The number behind a key in a file of one key a line.
std::optional<Index> number_of(const std::string& key, const std::string& path) {
  std::ifstream file(path);
  for (std::string found; file >> found;) {
    Index number = 0;
    if (found == key && file >> number) {
      return number;
    }
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return std::nullopt;
}

/// MemAvailable of proc(5).
Index available_on_node() {
  const auto kibibytes = number_of("MemAvailable:", "/proc/meminfo");
  return kibibytes ? *kibibytes << 10 : std::numeric_limits<Index>::max();
}

/// What a control group has taken for copies of files, which it gives back when it must.
Index cached_in(const std::string& folder) {
  return number_of("inactive_file", folder + "/memory.stat").value_or(0) +
         number_of("active_file", folder + "/memory.stat").value_or(0);
}

/// What this process's control group (version 2) and those around it leave.
Index available_in_groups() {
  std::ifstream file("/proc/self/cgroup");
  std::string group;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::")) {
      group = line.substr(3);
    }
  }
  Index least = std::numeric_limits<Index>::max();
  while (true) {
    const std::string folder = "/sys/fs/cgroup" + group;
    const auto limit = number_in(folder + "/memory.max");
    const auto taken = number_in(folder + "/memory.current");
    if (limit && taken) {
      least = std::min(least, std::max<Index>(0, *limit - *taken + cached_in(folder)));
    }
    const auto slash = group.rfind('/');
    if (slash == std::string::npos) {
      return least;
    }
    group.resize(slash);
  }
}

/// What is left of the address space that this process may use (ulimit -v).
Index available_in_limit() {
  rlimit limit{};
  Index pages = 0;
  std::ifstream file("/proc/self/statm");
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || !(file >> pages)) {
    return std::numeric_limits<Index>::max();
  }
  return std::max<Index>(0, static_cast<Index>(limit.rlim_cur) - pages * sysconf(_SC_PAGESIZE));
}

}  // namespace

Index available_memory(const Communicator& comm) {
  const Index node_processes = comm.split_by_node().size();
  return std::min(std::min(available_on_node(), available_in_groups()) / node_processes,
                  available_in_limit());
}

void require_memory(const std::string& what, double bytes, const Communicator& comm) {
  const auto available = static_cast<double>(available_memory(comm));
  agree(comm, [&] {
    if (bytes > available) {
      throw InputError(fmt::format(
          "{} needs {:.1f} GiB of memory in process {}, but {:.1f} GiB are available to it. If the "
          "size is right, use more nodes, fewer processes per node or --precision float32, or take "
          "a part with --rows and --columns",
          what, bytes / kGibibyte, comm.rank(), available / kGibibyte));
    }
  });
}

}  // namespace tessera::mpi
