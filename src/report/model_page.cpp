#include "tessera/report/model_page.hpp"

#include <array>

#include <fmt/format.h>

#include "tessera/report/chart_elements.hpp"
#include "tessera/report/svg_text.hpp"

#include "page_parts.hpp"
#include "page_sections.hpp"

namespace tessera::report {
namespace {

struct Part {
  std::string_view id;
  std::string_view link;
  std::string (*html)(const ModelPage&);
};

constexpr std::array kParts = {
    Part{"convergence", "Convergence", page::convergence},
    Part{"components", "Components", page::components},
    Part{"similarity", "Similarity", page::similarity},
    Part{"samples", "Rows rebuilt", page::samples},
    Part{"time", "Time", page::cost},
    Part{"origin", "How it was made", page::origin},
};

std::string head(const ModelPage& page) {
  // No source is allowed but what stands in the page, whatever a file has smuggled in.
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
      "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>{} of {} · Tessera</title>\n{}{}</head>\n",
      page::count(page.info.rank, "component"), xml_text(shorten(page.info.input, 80)),
      chart_style_sheet(), page::style_sheet());
}

}  // namespace

std::string model_page_html(const ModelPage& page) {
  std::string links;
  std::string sections;
  for (const auto& [id, link, html] : kParts) {
    const std::string text = html(page);
    if (!text.empty()) {
      links += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, link);
      sections += text;
    }
  }
  return head(page) + "<body>\n<a class=\"skip\" href=\"#main\">Skip to the result</a>\n" +
         "<nav aria-label=\"Sections\">\n<ul>\n" + links + "</ul>\n</nav>\n" +
         "<main id=\"main\">\n" + page::summary(page) + sections + "</main>\n" +
         fmt::format("<footer><p>Result file {}, written by Tessera {}.</p></footer>\n",
                     page::name_html(page.model), page::name_html(page.info.version)) +
         "</body>\n</html>\n";
}

}  // namespace tessera::report
