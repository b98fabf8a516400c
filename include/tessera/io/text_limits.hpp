#pragma once

#include "tessera/core/types.hpp"

namespace tessera::io {

/// Bounds on the memory of reading text, in bytes. Tests pass small ones to take many steps.
struct TextLimits {
  /// Lines that one process parses at a time.
  Index piece_bytes = Index{4} << 20;
  /// Decompressed text that process 0 holds for all processes at a time.
  Index round_bytes = Index{256} << 20;
  /// Longer lines are refused.
  Index longest_line = Index{256} << 20;
};

}  // namespace tessera::io
