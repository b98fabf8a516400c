#include "tessera/io/parallel_file.hpp"

#include <array>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tessera/io/failed_write.hpp"
#include "tessera/io/replace_file.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// HDF5's own structures in a file of ours stay below this.
constexpr Index kStructureBytes = Index{1} << 20;

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

/// Steps 1 and 2, on process 0. Ends the job when even HDF5's structures find no room.
void create_and_reserve(const ParallelFile& file, const std::string& temporary,
                        const mpi::Communicator& comm) {
  const Descriptor descriptor = create_temporary(temporary);
  hdf5::prepare_library();
  // Since version 1.8 of the format, checksums guard attributes and whatever else HDF5 keeps.
  const hdf5::PropertyList access = hdf5::make_property_list(H5P_FILE_ACCESS);
  hdf5::check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_LATEST),
              "H5Pset_libver_bounds");
  hdf5::File created = hdf5::with_context("cannot write '" + file.path + "'", [&] {
    return hdf5::File(H5Fcreate(temporary.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access),
                      "H5Fcreate");
  });
  // No failure leaves this step, so that `created` is never closed after one.
  run_or_end_job(file.path, temporary, comm, [&] {
    file.create(created);
    created.close();
  });
  descriptor.reserve();
}

/// Steps 3 and 4. Ends the job when writing fails; @throws mpi::AgreedError if it cannot begin.
void write_or_abort(const ParallelFile& file, const std::string& temporary,
                    const mpi::Communicator& comm) {
  hdf5::File opened = mpi::agree(comm, [&] {
    return hdf5::with_context("cannot write '" + file.path + "'",
                              [&] { return hdf5::open_parallel(temporary, H5F_ACC_RDWR, comm); });
  });
  // No failure leaves this scope, so that `opened` is never closed after one.
  run_or_end_job(file.path, temporary, comm, [&] {
    file.write(opened);
    mpi::agree(comm, [&] { hdf5::check(H5Fflush(opened, H5F_SCOPE_GLOBAL), "H5Fflush"); });
    mpi::agree(comm, [&] { opened.close(); });
  });
}

}  // namespace

void write_parallel_file(const ParallelFile& file, const mpi::Communicator& comm) {
  const bool first = comm.rank() == 0;
  const std::string temporary = comm.broadcast(first ? temporary_name(file.path) : "", 0);
  try {
    mpi::agree(comm, [&] { require_within_size_limit(file); });
    mpi::agree(comm, [&] {
      if (first) {
        create_and_reserve(file, temporary, comm);
      }
    });
    write_or_abort(file, temporary, comm);
    mpi::agree(comm, [&] {
      if (first) {
        commit_file(temporary, file.path, file.before_commit);
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
