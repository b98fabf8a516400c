#pragma once

#include "tessera/io/factor_file.hpp"

namespace tessera::io {

/// The scalar fields of a ModelInfo and the names of their attributes, in one table for writing,
/// reading and broadcasting: calls visit(name, field) for each.
template <class Info, class Visit>
void for_each_field(Info& info, Visit&& visit) {
  visit("rows", info.rows);
  visit("columns", info.columns);
  visit("rank", info.rank);
  visit("precision", info.precision);
  visit("input", info.input);
  visit("input_fingerprint", info.input_fingerprint);
  visit("input_norm", info.input_norm);
  visit("algorithm", info.algorithm);
  visit("loss", info.loss);
  visit("beta", info.beta);
  visit("loss_value", info.loss_value);
  visit("loss_per_entry", info.loss_per_entry);
  visit("normalization", info.normalization);
  visit("relative_error", info.relative_error);
  visit("held_out_entries", info.held_out_entries);
  visit("held_out_rmse", info.held_out_rmse);
  visit("iterations", info.iterations);
  visit("stop_reason", info.stop_reason);
  visit("seed", info.seed);
  visit("dead_components", info.dead_components);
  visit("process_grid", info.process_grid);
  visit("threads", info.threads);
  visit("instruction_set", info.instruction_set);
  visit("version", info.version);
  visit("seconds", info.seconds);
  visit("image_shape", info.image_shape);
  visit("configuration", info.configuration);
}

}  // namespace tessera::io
