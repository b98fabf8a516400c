#include "tessera/io/serial_file.hpp"

#include <unistd.h>

#include "tessera/io/failed_write.hpp"
#include "tessera/io/replace_file.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

hdf5::File create(const std::string& temporary) {
  static_cast<void>(create_temporary(temporary));
  hdf5::prepare_library();
  return {H5Fcreate(temporary.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), "H5Fcreate"};
}

}  // namespace

void write_serial_file(const std::string& path, const mpi::Communicator& comm,
                       const std::function<void(hid_t file)>& write) {
  const std::string temporary = comm.rank() == 0 ? temporary_name(path) : "";
  try {
    hdf5::File file;
    mpi::on_root(comm, [&] { file = create(temporary); });
    // No failure leaves this step, so that `file` is never closed after one.
    run_or_end_job(path, temporary, comm, [&] {
      write(file);
      mpi::on_root(comm, [&] {
        hdf5::check(H5Fflush(file, H5F_SCOPE_GLOBAL), "H5Fflush");
        file.close();
      });
    });
    mpi::on_root(comm, [&] { commit_file(temporary, path); });
  } catch (const mpi::AgreedError&) {
    if (comm.rank() == 0) {
      unlink(temporary.c_str());  // the name is random, so it is ours if it exists
    }
    comm.barrier();  // nothing is left behind when this is known to any process
    throw;
  }
}

}  // namespace tessera::io
