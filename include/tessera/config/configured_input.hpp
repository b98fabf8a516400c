#pragma once

#include <string>

#include "tessera/config/options.hpp"

namespace tessera::config {

/// Which part of its file a run read, and how, from its effective_configuration(). The path stays
/// empty, and nothing that lets a file name other files is taken over: no file says what is opened.
/// @throws InputError for a value that no program writes.
[[nodiscard]] InputOptions configured_input(const std::string& configuration);

/// Whether the run took some entries of the matrix for missing, weighted them or kept them back.
[[nodiscard]] bool configured_as_observed(const std::string& configuration);

}  // namespace tessera::config
