#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tessera/mpi/communicator.hpp"

namespace tessera::app {

/// A subcommand of the program. `run` gets the arguments behind the command's name and is called
/// on every process.
struct Command {
  std::string_view name;
  std::string_view summary;
  void (*run)(const std::vector<std::string>& arguments, const mpi::Communicator& world);
};

void factorize(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void transform(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void evaluate(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void compare(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void reconstruct(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void topics(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void export_factors(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void spectrum(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void inspect(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void components(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void recommend(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void import_matrix(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void vectorize(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void compress(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void write_report_page(const std::vector<std::string>& arguments, const mpi::Communicator& world);
void generate(const std::vector<std::string>& arguments, const mpi::Communicator& world);

}  // namespace tessera::app
