#include "tessera/io/hdf5_names.hpp"

#include <functional>
#include <optional>

#include <fmt/format.h>

#include "tessera/core/log.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_texts.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// One list of names: where messages say it is, how long it must be, how it is opened.
struct NamePlace {
  std::string path;
  Index expected = 0;
  std::function<std::optional<hdf5::Texts>()> find;
};

/// Those of the rows and of the columns.
struct NamePlaces {
  NamePlace rows;
  NamePlace columns;
};

std::string without_slash(const std::string& path) {
  return path.starts_with('/') ? path.substr(1) : path;
}

NamePlaces anndata_places(hid_t file, const MatrixDescription& about) {
  const bool raw = without_slash(about.dataset).starts_with("raw/");
  const auto table = [&](const std::string& path, Index expected) {
    return NamePlace{path, expected, [=] { return hdf5::find_table_index(file, path); }};
  };
  return {table("/obs", about.rows), table(raw ? "/raw/var" : "/var", about.columns)};
}

/// The first of these members of a group that exists.
std::string first_present(hid_t file, const std::string& group,
                          const std::vector<std::string>& members) {
  for (const std::string& member : members) {
    const std::string path = group + "/" + member;
    if (hdf5::find_object(file, path)) {
      return path;
    }
  }
  return group + "/" + members.front();
}

NamePlaces tenx_places(hid_t file, const MatrixDescription& about) {
  const std::string group = about.dataset;
  const auto list = [&](const std::vector<std::string>& members, Index expected) {
    return NamePlace{group + "/" + members.front(), expected, [=] {
                       return std::optional(hdf5::Texts(file, first_present(file, group, members)));
                     }};
  };
  // Version 3 has a group of features, version 2 datasets about genes.
  return {list({"barcodes"}, about.rows),
          list({"features/name", "gene_names", "features/id", "genes"}, about.columns)};
}

NamePlaces name_places(NameLayout layout, hid_t file, const MatrixDescription& about) {
  return layout == NameLayout::tenx ? tenx_places(file, about) : anndata_places(file, about);
}

/// The names of a place, or nothing, with a warning, if they cannot be read or are not what is
/// wanted: names are a convenience, and must not keep a matrix from being factorized.
std::vector<std::string> names_or_warning(const std::string& file, const NamePlace& place) {
  std::string problem;
  try {
    const std::optional<hdf5::Texts> texts = place.find();
    if (!texts || texts->length() == 0) {
      return {};
    }
    if (texts->length() == place.expected) {
      return texts->read();
    }
    problem = fmt::format("there are {} for {}", texts->length(), place.expected);
  } catch (const InputError& error) {
    problem = error.what();
  } catch (const IoError& error) {
    problem = error.what();
  }
  log::warning(fmt::format("'{}': the names in '{}' are ignored: {}", file, place.path, problem));
  return {};
}

/// Opens the texts of a place, whatever comes of it but an ExternalError.
void probe(const NamePlace& place) {
  try {
    static_cast<void>(place.find());
  } catch (const hdf5::ExternalError&) {
    throw;
  } catch (const Error&) {
    // Names that cannot be read are warned of when they are.
  }
}

}  // namespace

MatrixNames read_hdf5_names(NameLayout layout, const MatrixDescription& about,
                            const mpi::Communicator& comm) {
  MatrixNames names;
  mpi::on_root(comm, [&] {
    hdf5::with_context("cannot read '" + about.path + "'", [&] {
      const hdf5::File file = hdf5::open_serial(about.path);
      const NamePlaces places = name_places(layout, file, about);
      names = {names_or_warning(about.path, places.rows),
               names_or_warning(about.path, places.columns)};
    });
  });
  return names;
}

void require_own_names(NameLayout layout, hid_t file, const MatrixDescription& about) {
  const NamePlaces places = name_places(layout, file, about);
  probe(places.rows);
  probe(places.columns);
}

}  // namespace tessera::io
