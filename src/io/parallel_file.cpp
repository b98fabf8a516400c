#include "tessera/io/parallel_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tessera/core/log.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/environment.hpp"

namespace tessera::io {
namespace {

/// HDF5's own structures in a file of ours stay below this.
constexpr Index kStructureBytes = Index{1} << 20;

[[noreturn]] void fail(const std::string& what, const std::string& path, int error) {
  throw IoError(fmt::format("cannot {} '{}': {}", what, path, std::strerror(error)));
}

/// An open POSIX file.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : path_(path) {
    constexpr mode_t kUmaskDecides = 0666;
    descriptor_ = open(path.c_str(), flags | O_CLOEXEC, kUmaskDecides);
    if (descriptor_ < 0) {
      fail((flags & O_CREAT) != 0 ? "create" : "open", path, errno);
    }
  }
  ~Descriptor() { ::close(descriptor_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  /// Makes sure that writing within the file's present length cannot fail for lack of space.
  void reserve() const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) {
      fail("examine", path_, errno);
    }
    const int error = posix_fallocate(descriptor_, 0, status.st_size);
    // Some file systems cannot reserve; there only the writing itself will show.
    if (error != 0 && error != EOPNOTSUPP && error != EINVAL) {
      throw IoError(
          fmt::format("cannot reserve {} bytes for '{}': {}. Free space or choose "
                      "another place with --output",
                      status.st_size, path_, std::strerror(error)));
    }
  }

  /// Returns when everything written so far is on disk.
  void synchronize() const {
    if (fsync(descriptor_) != 0 && errno != EINVAL) {  // EINVAL: not a kind of file that syncs
      fail("synchronize", path_, errno);
    }
  }

 private:
  std::string path_;
  int descriptor_ = -1;
};

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

/// A name that no other job makes, next to the final one: a rename must not cross file systems.
std::string temporary_name(const std::string& path) {
  std::random_device random;
  const auto name = std::filesystem::path(path).filename().string();
  return fmt::format("{}/.{}.{}-{:08x}.tmp", folder_of(path), name, getpid(), random());
}

/// A limit that is exceeded ends the process by a signal, or makes closing the file fail.
void require_within_size_limit(const ParallelFile& file) {
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  if (limit.rlim_cur != RLIM_INFINITY &&
      static_cast<rlim_t>(file.data_bytes + kStructureBytes) > limit.rlim_cur) {
    throw IoError(
        fmt::format("cannot write '{}': it needs {} bytes, but this process may write "
                    "files of at most {} bytes (ulimit -f)",
                    file.path, file.data_bytes + kStructureBytes, limit.rlim_cur));
  }
}

/// Steps 1 and 2, on process 0.
void create_and_reserve(const ParallelFile& file, const std::string& temporary) {
  // O_EXCL: never follows a link or reuses a file that somebody else has put there.
  const Descriptor descriptor(temporary, O_CREAT | O_EXCL | O_WRONLY);
  hdf5::prepare_library();
  hdf5::with_context("cannot create '" + temporary + "'", [&] {
    hdf5::File created(H5Fcreate(temporary.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                       "H5Fcreate");
    file.create(created);
    created.close();
  });
  descriptor.reserve();
}

/// Steps 3 and 4. Ends the job when writing fails; @throws mpi::AgreedError if it cannot begin.
void write_or_abort(const ParallelFile& file, const std::string& temporary,
                    const mpi::Communicator& comm) {
  const auto give_up = [&](const std::string& message) {
    unlink(temporary.c_str());
    log::error("cannot write '" + file.path + "': " + message +
               ". The job ends; an earlier file of that name is unchanged");
  };
  hdf5::File opened =
      mpi::agree(comm, [&] { return hdf5::open_parallel(temporary, H5F_ACC_RDWR, comm); });
  // No failure leaves this scope, so that `opened` is never closed after one.
  try {
    file.write(opened);
    mpi::agree(comm, [&] { hdf5::check(H5Fflush(opened, H5F_SCOPE_GLOBAL), "H5Fflush"); });
    mpi::agree(comm, [&] { opened.close(); });
  } catch (const mpi::AgreedError& error) {
    if (comm.rank() == 0) {
      give_up(error.what());
    }
    comm.barrier();  // the others' abort must not overtake the message
    mpi::abort(ExitCode::io);
  } catch (...) {
    // Known to this process only, while the others may wait in a collective.
    give_up(mpi::current_failure().message);
    mpi::abort(ExitCode::io);
  }
}

/// Step 5, on process 0.
void commit(const ParallelFile& file, const std::string& temporary) {
  Descriptor(temporary, O_RDONLY).synchronize();
  if (std::rename(temporary.c_str(), file.path.c_str()) != 0) {
    fail("rename the complete file to", file.path, errno);
  }
  Descriptor(folder_of(file.path), O_RDONLY | O_DIRECTORY).synchronize();
}

}  // namespace

void write_parallel_file(const ParallelFile& file, const mpi::Communicator& comm) {
  const bool first = comm.rank() == 0;
  const std::string temporary = comm.broadcast(first ? temporary_name(file.path) : "", 0);
  try {
    mpi::agree(comm, [&] { require_within_size_limit(file); });
    mpi::agree(comm, [&] {
      if (first) {
        create_and_reserve(file, temporary);
      }
    });
    write_or_abort(file, temporary, comm);
    mpi::agree(comm, [&] {
      if (first) {
        commit(file, temporary);
      }
    });
  } catch (const mpi::AgreedError&) {
    if (first) {
      unlink(temporary.c_str());  // the name is random, so it is ours if it exists
    }
    throw;
  }
}

template <RealType Real>
hdf5::Dataset create_contiguous_dataset(hid_t file, const std::string& name, Index rows,
                                        Index columns) {
  const std::array<hsize_t, 2> shape = {static_cast<hsize_t>(rows), static_cast<hsize_t>(columns)};
  const hdf5::Dataspace space(H5Screate_simple(2, shape.data(), nullptr), "H5Screate_simple");
  const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
  hdf5::check(H5Pset_layout(creation, H5D_CONTIGUOUS), "H5Pset_layout");
  hdf5::check(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY), "H5Pset_alloc_time");
  hdf5::check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), "H5Pset_fill_time");
  return {H5Dcreate2(file, name.c_str(), hdf5::stored_type<Real>(), space, H5P_DEFAULT, creation,
                     H5P_DEFAULT),
          "H5Dcreate2"};
}

template hdf5::Dataset create_contiguous_dataset<float>(hid_t, const std::string&, Index, Index);
template hdf5::Dataset create_contiguous_dataset<double>(hid_t, const std::string&, Index, Index);

}  // namespace tessera::io
