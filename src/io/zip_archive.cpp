#include "tessera/io/zip_archive.hpp"

#include <fmt/format.h>
#include <zip.h>

#include "tessera/core/error.hpp"
#include "tessera/io/input_file.hpp"
#include "tessera/io/text_line.hpp"

namespace tessera::io {
namespace {

/// The operating system's failures are not the archive's fault.
[[noreturn]] void fail(zip_error_t* error, const std::string& place) {
  const std::string what = fmt::format("cannot read {}: {}", place, zip_error_strerror(error));
  if (zip_error_system_type(error) == ZIP_ET_SYS) {
    throw IoError(what);
  }
  throw InputError(what + ". The archive may be damaged or incomplete: copy or save it again");
}

}  // namespace

void ZipMember::Close::operator()(zip_file* file) const { zip_fclose(file); }
void ZipArchive::Discard::operator()(zip* archive) const { zip_discard(archive); }

std::size_t ZipMember::read_some(std::span<std::byte> bytes) {
  std::size_t total = 0;
  while (total < bytes.size()) {
    const zip_int64_t got = zip_fread(file_.get(), bytes.data() + total, bytes.size() - total);
    if (got < 0) {
      fail(zip_file_get_error(file_.get()), place_);
    }
    if (got == 0) {
      break;
    }
    total += static_cast<std::size_t>(got);
  }
  return total;
}

void ZipMember::read(std::span<std::byte> bytes) {
  if (read_some(bytes) < bytes.size()) {
    throw InputError(place_ + " ends too early: the archive is damaged");
  }
}

void ZipMember::finish() {
  // libzip compares the checksum when it is asked to read beyond the end.
  std::byte beyond{};
  if (read_some(std::span(&beyond, 1)) > 0) {
    throw InputError(place_ + " is longer than the archive says: it is damaged");
  }
}

ZipArchive::ZipArchive(const std::string& path) : path_(path) {
  file_size_ = InputFile(path).size();
  int code = 0;
  archive_.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!archive_) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::unique_ptr<zip_error_t, void (*)(zip_error_t*)> release(&error, zip_error_fini);
    fail(&error, "'" + path + "'");
  }
}

std::vector<std::string> ZipArchive::member_names() const {
  const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
  std::vector<std::string> names;
  for (zip_int64_t index = 0; index < count; ++index) {
    const char* name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(index), 0);
    names.emplace_back(name != nullptr ? name : "?");
  }
  return names;
}

bool ZipArchive::contains(const std::string& name) const {
  return zip_name_locate(archive_.get(), name.c_str(), 0) >= 0;
}

void ZipArchive::require_possible_size(const struct zip_stat& status,
                                       const std::string& place) const {
  // No input makes deflate's output longer than this (zlib's technical notes).
  constexpr zip_uint64_t kDeflateRatio = 1032;
  constexpr zip_uint64_t kSlack = 1024;
  constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  if ((status.valid & kNeeded) != kNeeded) {
    throw InputError(place + ": the archive does not say how long it is");
  }
  if (status.comp_method != ZIP_CM_STORE && status.comp_method != ZIP_CM_DEFLATE) {
    throw InputError(fmt::format("{} is compressed by method {}, but only deflate is known", place,
                                 status.comp_method));
  }
  const zip_uint64_t ratio = status.comp_method == ZIP_CM_STORE ? 1 : kDeflateRatio;
  if (status.comp_size > static_cast<zip_uint64_t>(file_size_) ||
      status.size / ratio > status.comp_size + kSlack) {
    throw InputError(
        fmt::format("{} claims to hold {} bytes in {}, which cannot be: the archive "
                    "is damaged",
                    place, status.size, status.comp_size));
  }
}

ZipMember ZipArchive::open(const std::string& name) const {
  const std::string place = fmt::format("'{}', member {}", path_, excerpt(name));
  zip_stat_t status;
  zip_stat_init(&status);
  if (zip_stat(archive_.get(), name.c_str(), 0, &status) != 0) {
    fail(zip_get_error(archive_.get()), place);
  }
  require_possible_size(status, place);
  zip_file* file = zip_fopen_index(archive_.get(), status.index, 0);
  if (file == nullptr) {
    fail(zip_get_error(archive_.get()), place);
  }
  return ZipMember(file, static_cast<Index>(status.size), place);
}

}  // namespace tessera::io
