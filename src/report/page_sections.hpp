#pragma once

#include <string>

#include "tessera/report/model_page.hpp"

/// The sections of the page about a result, as HTML; empty where there is nothing to say.
namespace tessera::report::page {

/// The heading, what came out in plain words, and the key figures.
[[nodiscard]] std::string summary(const ModelPage& page);
[[nodiscard]] std::string convergence(const ModelPage& page);
[[nodiscard]] std::string components(const ModelPage& page);
/// How similar the components are to each other.
[[nodiscard]] std::string similarity(const ModelPage& page);
[[nodiscard]] std::string samples(const ModelPage& page);
/// Where the time went.
[[nodiscard]] std::string cost(const ModelPage& page);
/// How the result was made.
[[nodiscard]] std::string origin(const ModelPage& page);

/// The style element of the page.
[[nodiscard]] std::string_view style_sheet();

}  // namespace tessera::report::page
