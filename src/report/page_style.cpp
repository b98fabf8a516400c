#include "page_sections.hpp"

namespace tessera::report::page {
namespace {

/// Colours are variables, so that light, dark and paper differ in one place each. Text has a
/// contrast of at least 4.5 to its ground in all of them (WCAG 2.2, 1.4.3).
constexpr std::string_view kStyle = R"(<style>
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#1b1f24;--muted:#555e68;
--line:#d5d9df;--accent:#0a5a9c;--bar:#cfe3f5;--warn:#fff3d1;--warn-ink:#5c4300;--mean:#0072b2}
@media screen and (prefers-color-scheme:dark){
:root{--ground:#0d0f12;--card:#16181c;--ink:#e8eaed;--muted:#a8b0ba;--line:#343a42;--accent:#7cbcff;
--bar:#1d3f5f;--warn:#3d3110;--warn-ink:#ffe3a1;--mean:#3a9bdc}
}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--ground);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
overflow-wrap:anywhere}
a{color:var(--accent)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:0 0 1rem;padding:0}
nav a{display:inline-block;padding:.25rem 0}
section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem;margin:0 0 1rem}
@media (min-width:48rem){section{padding:1.5rem}}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}
h2{font-size:1.2rem;line-height:1.3;margin:0 0 .5rem}
h3{font-size:1rem;margin:0 0 .25rem}
h3.apart{margin-top:1.25rem}
code{white-space:nowrap}
p{margin:0 0 .75rem;max-width:46rem}
.lead{font-size:1.1rem}
.warning{background:var(--warn);color:var(--warn-ink);border-radius:.5rem;padding:.6rem .8rem}
.muted,figcaption,caption{color:var(--muted);font-size:.875rem}
dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.75rem;margin:1rem 0 0}
dl.figures div{border-top:2px solid var(--line);padding-top:.4rem}
dl.figures dt{color:var(--muted);font-size:.875rem}
dl.figures dd{margin:0;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
.charts,.words,.profiles,.pairs{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:1rem}
.words{grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr))}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(5.5rem,1fr));gap:.75rem .5rem}
figure{margin:0;min-width:0}
figure.chart{max-width:36rem}
figure svg{display:block;width:100%;height:auto}
img{display:block;width:100%;height:auto;image-rendering:pixelated;background:#fff;border:1px solid var(--line)}
figcaption{margin-top:.25rem}
ol.bars,ul.bars{list-style:none;margin:0 0 .5rem;padding:0}
.bars li{position:relative;display:flex;justify-content:space-between;gap:.5rem;padding:.05rem .35rem;margin:2px 0;font-size:.9375rem}
.bars .bar{position:absolute;left:0;top:0;bottom:0;background:var(--bar);border-radius:3px}
.bars .what,.bars .value{position:relative}
.bars .value{font-variant-numeric:tabular-nums;font-size:.8125rem;align-self:center;white-space:nowrap}
ul.phases{list-style:none;margin:0 0 .75rem;padding:0;max-width:46rem}
.phases li{margin:.6rem 0}
.phases .line{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .75rem;font-size:.9375rem}
.phases .value{font-variant-numeric:tabular-nums;white-space:nowrap}
.track{position:relative;height:.9rem;background:var(--ground);border-radius:3px;margin-top:.15rem}
.mean{position:absolute;left:0;top:0;bottom:0;background:var(--mean);border-radius:3px}
.spread{position:absolute;top:calc(50% - 1.5px);height:3px;background:var(--ink);border:solid var(--card);border-width:0 1px}
.beside{display:grid;grid-template-columns:1fr 1fr;gap:.5rem;max-width:20rem}
.lists{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,8.5rem),1fr));gap:.5rem}
h4{font-size:.875rem;color:var(--muted);margin:0}
details{margin:.75rem 0 0}
summary{cursor:pointer;color:var(--accent);padding:.25rem 0}
.scroll{overflow-x:auto;margin-top:.5rem}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding-bottom:.25rem}
th,td{text-align:right;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);overflow-wrap:normal}
thead th{font-weight:600;vertical-align:bottom}
tbody th{font-weight:normal}
tbody th,thead th:first-child{text-align:left}
table.facts td{text-align:left;overflow-wrap:anywhere}
table.facts th{width:9rem;vertical-align:top;color:var(--muted)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8125rem;margin:.5rem 0 0}
.plain text{font-family:system-ui,sans-serif;fill:var(--ink)}
.plain .quiet{fill:var(--muted)}
.plain .filled{fill:var(--mean)}
.plain .edge{stroke:var(--line);fill:none}
.plain .whisker{stroke:var(--ink);stroke-width:1.5;fill:none}
footer{color:var(--muted);font-size:.875rem;padding:0 1rem}
@media print{
:root{--ground:#fff;--bar:#dde8f2}
body{max-width:none;padding:0;font-size:10pt}
nav,.skip{display:none}
section{border:0;padding:0 0 1rem}
figure,.words li,tr{break-inside:avoid}
.bars .bar,svg,img{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
</style>
)";

}  // namespace

std::string_view style_sheet() { return kStyle; }

}  // namespace tessera::report::page
