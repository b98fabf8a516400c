#include "tessera/io/growing_file.hpp"

#include <span>
#include <utility>

#include <unistd.h>

#include "tessera/core/error.hpp"

namespace tessera::io {
namespace {

/// Runs a step and says in front of its failure which file it was for.
template <class Step>
auto for_file(const std::string& path, Step&& step) {
  try {
    return step();
  } catch (const IoError& error) {
    throw IoError("cannot write '" + path + "': " + error.what());
  }
}

}  // namespace

GrowingFile::GrowingFile(std::string path)
    : path_(std::move(path)),
      temporary_(temporary_name(path_)),
      descriptor_(for_file(path_, [&] { return create_temporary(temporary_); })) {}

GrowingFile::~GrowingFile() {
  if (!temporary_.empty()) {
    unlink(temporary_.c_str());  // the name is random, so it is ours
  }
}

void GrowingFile::append(std::string_view bytes) const {
  for_file(path_, [&] { descriptor_.write(std::as_bytes(std::span(bytes))); });
}

void GrowingFile::commit() {
  for_file(path_, [&] { commit_file(temporary_, path_); });
  temporary_.clear();
}

}  // namespace tessera::io
