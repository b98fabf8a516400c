#!/usr/bin/python3
"""The page about a result, as a browser shows it: light and dark, on a telephone and a screen."""

import html.parser
import json
import re
import shutil
import unittest

import h5py
import numpy as np

from harness import DATA, ProgramTest, low_rank

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
except ImportError:
    webdriver = None

BROWSER = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
WIDTHS = (320, 360, 1280)
EVIL = "<script>document.title='broken'</script><img src=x onerror=alert(1)>\x1b[31m"

# What is wrong with a page, as a list of sentences. Runs in the browser.
CHECKS = r"""
const problems = [];
const root = document.documentElement;
const width = root.clientWidth;
if (root.scrollWidth > width) problems.push(`the page is ${root.scrollWidth} wide in ${width}`);
for (const e of document.querySelectorAll('main *')) {
  if (e.closest('.scroll') || e.closest('details:not([open])') || e.tagName === 'title' ||
      e.tagName === 'desc') continue;
  const box = e.getBoundingClientRect();
  if (box.width > 0 && (box.left < -0.5 || box.right > width + 0.5))
    problems.push(`${e.tagName}.${e.getAttribute('class')} ends at ${box.right} in ${width}`);
}
for (const e of document.querySelectorAll('svg[role=img], img')) {
  const box = e.getBoundingClientRect();
  if (box.width < 20 || box.height < 20) problems.push(`${e.tagName} is ${box.width}x${box.height}`);
}
for (const e of document.querySelectorAll('img'))
  if (!e.alt || !e.complete || e.naturalWidth === 0) problems.push('an image is broken or unnamed');
for (const e of document.querySelectorAll('svg[role=img]'))
  if (!e.querySelector(':scope > title')?.textContent) problems.push('a chart has no title');
let level = 0;
for (const h of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
  const next = Number(h.tagName[1]);
  if (next > level + 1) problems.push(`heading "${h.textContent}" skips a level`);
  if (!h.textContent.trim()) problems.push('a heading is empty');
  level = next;
}
if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
if (document.querySelectorAll('main').length !== 1) problems.push('not one main');
if (!root.lang) problems.push('no language');
if (!document.querySelector('a.skip[href="#main"]')) problems.push('no skip link');
for (const a of document.querySelectorAll('a'))
  if (!document.querySelector(a.getAttribute('href'))) problems.push(`${a.href} leads nowhere`);
for (const t of document.querySelectorAll('th'))
  if (!['row', 'col'].includes(t.scope)) problems.push('a table header has no scope');
for (const t of document.querySelectorAll('table'))
  if (!t.caption?.textContent) problems.push('a table has no caption');
for (const s of document.querySelectorAll('.scroll'))
  if (s.tabIndex !== 0 || !s.getAttribute('aria-label')) problems.push('a table cannot be scrolled');
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
if (new Set(ids).size !== ids.length) problems.push('an id stands twice');

// Contrast of text with its ground, WCAG 2.2, 1.4.3.
const luminance = ([r, g, b]) => {
  const f = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
};
const channels = text => text.match(/[\d.]+/g).map(Number);
const ground = e => {
  for (; e; e = e.parentElement) {
    const c = channels(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c.slice(0, 3);
  }
  return [255, 255, 255];
};
const contrast = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};
for (const e of document.querySelectorAll('body *')) {
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || ['title', 'desc', 'STYLE'].includes(e.tagName)) continue;
  const style = getComputedStyle(e);
  const ink = channels(e instanceof SVGElement ? style.fill : style.color).slice(0, 3);
  const bar = e.closest('.bars li')?.querySelector('.bar');
  for (const under of [ground(e), bar && ground(bar)].filter(Boolean))
    if (contrast(ink, under) < 4.5)
      problems.push(`contrast ${contrast(ink, under).toFixed(2)}: "${e.textContent.slice(0, 30)}"`);
}
const foreign = performance.getEntriesByType('resource').filter(r => !r.name.startsWith('data:'));
if (foreign.length) problems.push('loads ' + foreign.map(r => r.name.slice(0, 60)));
return [...new Set(problems)];
"""


class Text(html.parser.HTMLParser):
    """What a reader sees of a page, in one line."""

    def __init__(self, page):
        super().__init__()
        self.words = []
        self.feed(page)

    def handle_data(self, data):
        self.words.append(data)

    def __str__(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


class ReportTest(ProgramTest):
    def page(self, *options, processes=1):
        self.succeed("report", "--output", "report.html", *options, processes=processes)
        page = (self.folder / "report.html").read_text(encoding="utf-8")
        return page, str(Text(page))

    def factorize(self, matrix, rank, *options, processes=1):
        self.write_matrix("a.h5", matrix)
        self.succeed("factorize", "a.h5", "--rank", rank, "--output", "m.h5", *options,
                     processes=processes)


def faces():
    """Rows that are pictures of 6x8 pixels."""
    return low_rank(30, 48, 4)


def named(folder, rows, columns, evil=False):
    """Sparse counts in AnnData's layout, with names."""
    counts = np.random.default_rng(5).poisson(0.7, (rows, columns)).astype(np.float32)
    counts[:, 0] += 1
    with h5py.File(folder / "n.h5ad", "w") as file:
        file["X"] = counts
        for table, count, word in (("obs", rows, "document"), ("var", columns, "word")):
            group = file.create_group(table)
            group.attrs["_index"] = "_index"
            texts = [f"{word}{at}" for at in range(count)]
            if evil:
                texts = [EVIL + text for text in texts]
            group.create_dataset("_index", data=texts, dtype=h5py.string_dtype())
    return counts


class Page(ReportTest):
    def test_is_the_same_on_every_count(self):
        self.factorize(faces(), 3)
        numbers = []
        for processes in (1, 2, 3, 6):
            _, text = self.page("--model", "m.h5", "--input", "a.h5", "--image-shape", "6x8",
                                processes=processes)
            numbers.append(text)
        self.assertEqual(len(set(numbers)), 1)
        self.assertIn("3 components explain", numbers[0])

    def test_says_what_the_file_says(self):
        self.factorize(faces(), 3, "--max-iterations", 12, "--tolerance", 0, processes=2)
        with self.open("m.h5") as file:
            error = file.attrs["relative_error"]
            phases = file["phases"][:]
            w, h = file["W"][:].astype(float), file["H"][:].astype(float)
        _, text = self.page("--model", "m.h5")
        self.assertIn(f"{100 * (1 - error ** 2):.1f} %", text)
        self.assertIn("after 12 iterations", text)
        self.assertIn("limit of iterations", text)
        shares = w.sum(0) * h.sum(1) / (w @ h).sum()
        for share in shares:
            self.assertIn(f"{100 * share:.1f} %", text)
        leads = np.bincount(w.argmax(1), minlength=3)
        root = np.sqrt(h.shape[1])
        sparseness = (root - np.abs(h).sum(1) / np.linalg.norm(h, axis=1)) / (root - 1)
        for component in range(3):
            self.assertRegex(text, rf"{100 * shares[component]:.1f} %\s+{leads[component]}\s+"
                                   rf"{sparseness[component]:.3g}")
        names = [name.decode() for name in phases["phase"]]
        self.assertIn("product", names)
        for name in names:
            self.assertIn(name, text)
        for row in phases:
            self.assertLessEqual(row["min_seconds"], row["mean_seconds"])
            self.assertLessEqual(row["mean_seconds"], row["max_seconds"])

    def test_rebuilt_rows_are_those_of_the_run(self):
        """The part, the scale and the turn of the matrix come from the result."""
        matrix = low_rank(40, 25, 4)
        self.factorize(matrix, 2, "--transpose", "--rows", "3:20", "--scale", "max",
                       "--precision", "float64")
        _, text = self.page("--model", "m.h5", "--input", "a.h5", processes=2)
        self.assertNotIn("fingerprint differs", text)
        a = (matrix.T[3:20] / matrix.T[3:20].max()).astype(float)
        w, h, _ = self.read_factors("m.h5")
        row = int(re.search(r"Row (\d+)", text).group(1))
        error = np.linalg.norm(a[row] - w[row] @ h) / np.linalg.norm(a[row])
        self.assertIn(f"Relative error of this row: {error:.4g}", text)

    def test_names_another_matrix(self):
        self.factorize(faces(), 2)
        self.write_matrix("other.h5", faces() * 2)
        result = self.run_program("report", "--model", "m.h5", "--input", "other.h5", "--output",
                                  "r.html")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("is not the matrix", result.stderr)
        self.assertIn("fingerprint differs", (self.folder / "r.html").read_text())

    def test_every_kind_of_result(self):
        matrix = faces()
        holed = matrix.copy()
        holed[::3, ::4] = 0
        kinds = {
            "one component": (matrix, 1, []),
            "kl": (matrix, 3, ["--loss", "kl"]),
            "itakura-saito": (matrix + 0.1, 3, ["--loss", "itakura-saito"]),
            "missing": (holed, 2, ["--missing", "zeros", "--holdout", "0.1"]),
            "restarts": (matrix, 3, ["--restarts", 3]),
            "kkt": (matrix, 3, ["--kkt-tolerance", "1e-3"]),
            "no iteration": (matrix, 2, ["--time-limit", "1e-9", "--checkpoint", "none"]),
            "zeros": (np.zeros((5, 4)), 2, []),
            "one column": (matrix[:, :1], 1, []),
            "one row": (matrix[:1], 1, []),
        }
        for name, (data, rank, options) in kinds.items():
            with self.subTest(name):
                self.factorize(data, rank, *options, processes=2)
                _, text = self.page("--model", "m.h5", "--input", "a.h5", processes=3)
                self.assertNotRegex(text, r"\b(nan|inf)\b")
                self.assertNotIn("fingerprint differs", text)
        self.factorize(matrix, 3)
        self.succeed("transform", "a.h5", "--model", "m.h5", "--output", "t.h5", processes=2)
        _, text = self.page("--model", "t.h5", "--input", "a.h5", processes=2)
        self.assertIn("weights are exact", text)

    def test_checkpoints_and_results_without_phases(self):
        self.write_matrix("a.h5", faces())
        result = self.run_program("factorize", "a.h5", "--rank", 3, "--output", "m.h5",
                                  "--tolerance", 0, "--time-limit", "0.05", "--max-iterations",
                                  10 ** 7, processes=2)
        self.assertEqual(result.returncode, 75, result.stderr)
        with self.open("m.checkpoint.h5") as file:
            self.assertGreater(len(file["phases"]), 0)
        _, text = self.page("--model", "m.checkpoint.h5", "--input", "a.h5", processes=2)
        self.assertIn("checkpoint of a run that had not ended", text)
        with h5py.File(self.folder / "m.checkpoint.h5", "r+") as file:
            del file["phases"]
        _, text = self.page("--model", "m.checkpoint.h5")
        self.assertIn("earlier version", text)

    def test_names_are_harmless(self):
        named(self.folder, 12, 9, evil=True)
        self.succeed("factorize", "n.h5ad", "--rank", 2, "--output", "m.h5")
        with h5py.File(self.folder / "m.h5", "r+") as file:
            for name in ("input", "algorithm", "stop_reason", "version"):
                file.attrs[name] = EVIL
        page, text = self.page("--model", "m.h5", "--input", "n.h5ad", processes=2)
        self.assertNotIn("<script", page)
        self.assertNotIn("<img", page)
        self.assertNotIn("\x1b", page)
        self.assertIn("\\x1b[31m", text)

    def test_opens_no_file_that_a_result_names(self):
        self.factorize(faces(), 2)
        with h5py.File(self.folder / "m.h5", "r+") as file:
            text = file.attrs["configuration"]
            file.attrs["configuration"] = text.replace("input = a.h5", "input = absent.h5\n"
                                                       "mask = absent.mtx\nallow-external = true")
        self.page("--model", "m.h5", "--input", "a.h5")
        with h5py.File(self.folder / "m.h5", "r+") as file:
            file.attrs["configuration"] = "rows = x:y\n"
        self.fail_with(3, "report", "--model", "m.h5", "--input", "a.h5", "--output", "r.html",
                       processes=2, says=["'x:y' for rows"])

    def test_fails_everywhere_with_one_message(self):
        self.factorize(faces(), 2)
        self.write_matrix("small.h5", faces()[:5])
        for processes in (1, 3):
            self.fail_with(2, "report", "--model", "m.h5", processes=processes,
                           says=["--output"])
            self.fail_with(2, "report", "--model", "m.h5", "--output", "m.h5",
                           processes=processes, says=["another name"])
            self.fail_with(2, "report", "--model", "m.h5", "--output", "r.html", "--image-shape",
                           "7x9", processes=processes, says=["63 pixels", "48"])
            self.fail_with(3, "report", "--model", "m.h5", "--output", "r.html", "--input",
                           "small.h5", processes=processes, says=["5x48", "30x48"])
            self.fail_with(2, "report", "--model", "m.h5", "--output", "r.html", "--dataset", "/X",
                           processes=processes, says=["--input"])
            self.fail_with(4, "report", "--model", "absent.h5", "--output", "r.html",
                           processes=processes, says=["absent.h5"])
            self.fail_with(4, "report", "--model", "m.h5", "--output", "no/folder/r.html",
                           processes=processes)
        self.assertNotIn("r.html", self.files())


@unittest.skipUnless(webdriver and BROWSER and DRIVER,
                     "no browser: scripts/install-deps --developer installs Chromium")
class InBrowser(ReportTest):
    @classmethod
    def setUpClass(cls):
        options = webdriver.ChromeOptions()
        options.binary_location = BROWSER
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(service=Service(DRIVER), options=options)
        cls.addClassCleanup(cls.browser.quit)

    def show(self, width, scheme="light", name="report.html"):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.browser.get((self.folder / name).as_uri())

    def expect_good(self):
        """Everything is drawn, named, legible and in its place, folded and unfolded."""
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                self.show(width, scheme)
                for unfold in ("", "document.querySelectorAll('details').forEach(d => d.open = 1);"):
                    problems = self.browser.execute_script(unfold + CHECKS)
                    self.assertEqual(problems, [], f"{width} {scheme}")
                errors = [entry for entry in self.browser.get_log("browser")
                          if entry["level"] in ("SEVERE", "WARNING")]
                self.assertEqual(errors, [], json.dumps(errors))

    def brightness_of_ground(self):
        color = self.browser.execute_script(
            "return getComputedStyle(document.querySelector('section')).backgroundColor")
        return sum(map(int, re.findall(r"\d+", color)[:3])) / 3

    def test_pictures(self):
        self.factorize(faces(), 5, processes=2)
        self.page("--model", "m.h5", "--input", "a.h5", "--image-shape", "6x8")
        self.expect_good()
        self.assertEqual(self.browser.execute_script(
            "return document.querySelectorAll('.pictures img').length"), 5)

    def test_words(self):
        named(self.folder, 40, 30)
        self.succeed("factorize", "n.h5ad", "--rank", 4, "--loss", "kl", "--output", "m.h5")
        self.page("--model", "m.h5", "--input", "n.h5ad", processes=2)
        self.expect_good()

    def test_profiles_of_more_components_than_are_drawn(self):
        self.factorize(low_rank(80, 300, 50), 45, "--max-iterations", 5, "--holdout", "0.1")
        self.page("--model", "m.h5", "--input", "a.h5", processes=2)
        self.expect_good()

    def test_names_run_no_script(self):
        named(self.folder, 12, 9, evil=True)
        self.succeed("factorize", "n.h5ad", "--rank", 2, "--output", "m.h5")
        self.page("--model", "m.h5", "--input", "n.h5ad")
        self.expect_good()
        self.assertNotEqual(self.browser.title, "broken")

    def test_dark_mode_is_dark(self):
        self.factorize(faces(), 2)
        self.page("--model", "m.h5")
        self.show(360, "dark")
        self.assertLess(self.brightness_of_ground(), 60)
        self.show(360, "light")
        self.assertGreater(self.brightness_of_ground(), 200)

    def test_keyboard_reaches_the_skip_link_first(self):
        self.factorize(faces(), 2)
        self.page("--model", "m.h5")
        self.show(360)
        self.browser.execute_cdp_cmd("Input.dispatchKeyEvent",
                                     {"type": "rawKeyDown", "key": "Tab",
                                      "windowsVirtualKeyCode": 9})
        self.assertEqual(self.browser.switch_to.active_element.get_attribute("class"), "skip")
        box = self.browser.switch_to.active_element.rect
        self.assertGreaterEqual(box["x"], 0)

    @unittest.skipUnless((DATA / "faces" / "olivetti.h5").exists(), f"no real data in {DATA}")
    def test_olivetti_faces(self):
        faces_file = DATA / "faces" / "olivetti.h5"
        self.succeed("factorize", faces_file, "--rank", 49, "--max-iterations", 60, "--output",
                     "m.h5", processes=2)
        page, text = self.page("--model", "m.h5", "--input", faces_file, "--image-shape", "64x64",
                               processes=2)
        self.expect_good()
        self.assertLess(len(page), 1_500_000)
        for psnr in re.findall(r"PSNR ([\d.]+) dB", text):
            self.assertGreater(float(psnr), 20)


if __name__ == "__main__":
    unittest.main()
