#pragma once

namespace tessera {

/// Which entries of A are unknown rather than data (`--missing`).
enum class Missing {
  none,
  zeros,  ///< what a sparse file does not store; the zeros of a dense file
  nan,    ///< the NaN of a file that stores every entry
};

}  // namespace tessera
