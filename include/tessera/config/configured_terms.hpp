#pragma once

#include <string>

#include "tessera/config/vectorize_options.hpp"

namespace tessera::config {

/// What counts as a term, and how terms are weighed.
struct ConfiguredTerms {
  TermOptions terms;
  WeightOptions weighting;
};

/// The same as in an earlier run of vectorize, from its effective_configuration().
/// @throws InputError for a value that no program writes.
[[nodiscard]] ConfiguredTerms configured_terms(const std::string& configuration);

}  // namespace tessera::config
