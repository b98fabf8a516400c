#!/usr/bin/python3
"""Labels that rows are known to have, beside the components of a result."""

import gzip
import json
import unittest

import h5py
import numpy as np

from harness import DATA, PROCESS_COUNTS, ProgramTest


class Labels(ProgramTest):
    """Five kinds of rows, four components."""
    NAMES = ("earth", "wind, and rain", "fire", "wäter", "5")

    def setUp(self):
        super().setUp()
        generator = np.random.default_rng(11)
        self.kinds = generator.integers(0, 5, 60)
        parts = np.kron(np.eye(5), np.ones((1, 4))) + 0.1
        self.matrix = (parts[self.kinds] + 0.3 * generator.random((60, 20))).astype("f4")
        self.labels = [self.NAMES[kind] for kind in self.kinds]
        self.write_matrix("a.h5", self.matrix)
        self.succeed("factorize", "a.h5", "--rank", 4, "--output", "m.h5")
        self.write_lines("l.txt", self.labels)

    def write_lines(self, name, lines):
        (self.folder / name).write_text("\n".join(lines) + "\n")

    def evaluate(self, *arguments, processes=1):
        self.succeed("evaluate", *arguments, "--model", "m.h5", "--report", "e.json",
                     processes=processes)
        return json.loads((self.folder / "e.json").read_text())

    def expected(self, labels=None, clusters=None):
        """Accuracy by trying every matching, and the matching's own table."""
        w = self.read_factors("m.h5")[0]
        clusters = w.argmax(axis=1) if clusters is None else clusters
        labels = np.array(self.labels if labels is None else labels)
        names = sorted(set(labels))
        table = np.array([[np.sum((clusters == c) & (labels == name)) for name in names]
                          for c in range(w.shape[1])])
        def best(row, free):
            if row == len(table):
                return 0
            return max([best(row + 1, free)] + [table[row, column] +
                                                best(row + 1, free - {column}) for column in free])
        return best(0, frozenset(range(len(names)))) / len(labels)

    def test_measures_are_the_same_on_any_number_of_processes(self):
        for processes in PROCESS_COUNTS:
            report = self.evaluate("--labels", "l.txt", processes=processes)
            found = report["labels"]
            self.assertIsNone(report["input"])
            self.assertIsNone(report["rmse"])
            self.assertEqual((found["labels"], found["clusters"]), (5, 4))
            self.assertAlmostEqual(found["accuracy"], self.expected(), 12)
            self.assertEqual(len(found["matching"]), 4)
            self.assertEqual(sum(pair["rows"] for pair in found["matching"]),
                             round(60 * found["accuracy"]))
            first = first if processes > 1 else found
            self.assertEqual(found, first)

    def test_matrix_and_labels_together(self):
        report = self.evaluate("a.h5", "--labels", "l.txt", processes=2)
        with self.open("m.h5") as file:
            self.assertAlmostEqual(report["relative_error"], file.attrs["relative_error"], 6)
        self.assertAlmostEqual(report["labels"]["accuracy"], self.expected())
        text = self.succeed("evaluate", "a.h5", "--labels", "l.txt", "--model", "m.h5").stdout
        for part in ("relative error", "accuracy", "NMI", "component"):
            self.assertIn(part, text)
        self.assertIsNone(self.evaluate("a.h5")["labels"])

    def test_compares_with_scikit_learn(self):
        try:
            from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
        except ImportError:
            self.skipTest("there is no scikit-learn")
        clusters = self.read_factors("m.h5")[0].argmax(axis=1)
        found = self.evaluate("--labels", "l.txt")["labels"]
        self.assertAlmostEqual(found["nmi"], normalized_mutual_info_score(self.labels, clusters))
        self.assertAlmostEqual(found["ari"], adjusted_rand_score(self.labels, clusters))

    def test_components_are_compared_at_norm_one(self):
        self.matrix[self.kinds == 2] *= 30
        self.write_matrix("a.h5", self.matrix)
        self.succeed("factorize", "a.h5", "--rank", 4, "--output", "m.h5", "--normalize", "none")
        w, h, _ = self.read_factors("m.h5")
        scaled = (w * np.linalg.norm(h, axis=1)).argmax(axis=1)
        self.assertTrue(np.any(scaled != w.argmax(axis=1)))
        self.assertAlmostEqual(self.evaluate("--labels", "l.txt", processes=2)["labels"]["accuracy"],
                               self.expected(clusters=scaled))

    def test_kinds_of_files(self):
        expected = self.evaluate("--labels", "l.txt")["labels"]
        text = "\n".join(self.labels) + "\n\n  \n"
        with gzip.open(self.folder / "l.txt.gz", "wt", encoding="utf-8", newline="\r\n") as file:
            file.write(text)
        quoted = [f'{i},"{label}",x' for i, label in enumerate(self.labels)]
        self.write_lines("l.csv", ["row,kind,other", *quoted])
        self.write_lines("l.tsv", ["row\tkind, my\tother",
                                   *(f"{i}\t{label}\tx" for i, label in enumerate(self.labels))])
        for arguments in (("l.txt.gz",), ("l.csv", "--label-column", "kind"),
                          ("l.tsv", "--label-column", "kind, my")):
            found = self.evaluate("--labels", *arguments, processes=3)["labels"]
            self.assertEqual({**found, "source": ""}, {**expected, "source": ""}, arguments)

    def write_annotated(self, name):
        names = sorted(self.NAMES) + ["unused"]
        with h5py.File(self.folder / name, "w") as file:
            file["X"] = self.matrix
            obs = file.create_group("obs")
            obs["text"] = np.array(self.labels, dtype=h5py.string_dtype())
            obs["fixed"] = np.array([label.encode() for label in self.labels])
            obs["number"] = self.kinds.astype("i2")
            obs["real"] = self.kinds.astype("f8")
            obs["short"] = self.kinds[1:]
            obs["kind/categories"] = np.array(names, dtype=h5py.string_dtype())
            obs["kind/codes"] = np.array([names.index(label) for label in self.labels], "i1")
            obs["digits/categories"] = np.arange(5)
            obs["digits/codes"] = self.kinds.astype("i1")
            obs["wrong/categories"] = np.arange(2)
            obs["wrong/codes"] = self.kinds.astype("i1")
            codes = self.kinds.astype("i1")
            codes[7] = -1
            obs["holes/categories"] = np.arange(5)
            obs["holes/codes"] = codes
            gaps = list(self.labels)
            gaps[9] = ""
            obs["gaps"] = np.array(gaps, dtype=h5py.string_dtype())

    def test_labels_in_the_input(self):
        self.write_annotated("a.h5ad")
        expected = self.evaluate("--labels", "l.txt")["labels"]
        for place in ("kind", "text", "fixed", "number", "digits"):
            found = self.evaluate("a.h5ad", "--labels", f"obs/{place}", processes=2)["labels"]
            self.assertEqual(found["accuracy"], expected["accuracy"], place)
            self.assertAlmostEqual(found["nmi"], expected["nmi"], 12)
        self.assertEqual({pair["label"] for pair in found["matching"]} - set("01234"), set())

    def test_labels_of_the_selected_rows(self):
        self.write_annotated("a.h5ad")
        self.succeed("factorize", "a.h5ad", "--rows", "10:40", "--rank", 3, "--output", "m.h5")
        found = self.evaluate("a.h5ad", "--rows", "10:40", "--labels", "obs/kind", processes=2)
        self.assertAlmostEqual(found["labels"]["accuracy"], self.expected(self.labels[10:40]))

    def test_labels_that_do_not_fit_are_refused(self):
        self.write_annotated("a.h5ad")
        for place, says in (("short", "59 labels for 60 rows"), ("real", "float64"),
                            ("holes", "row 7 has no label"), ("gaps", "row 9 has no label"),
                            ("wrong", "but there are 2"), ("none", "digits, fixed, gaps")):
            self.fail_with(3, "evaluate", "a.h5ad", "--model", "m.h5", "--labels", f"obs/{place}",
                           processes=3, says=("a.h5ad", says))
        self.write_lines("more.txt", ["kind", *self.labels])
        self.fail_with(3, "evaluate", "--model", "m.h5", "--labels", "more.txt", processes=2,
                       says=("61 labels", "60 rows", "--label-column"))
        self.write_lines("hole.txt", [*self.labels[:5], "", *self.labels[6:]])
        self.fail_with(3, "evaluate", "--model", "m.h5", "--labels", "hole.txt", processes=2,
                       says=("hole.txt", "line 6"))
        self.write_lines("t.csv", ["row,kind", *(f"{i},{i}" for i in range(60))])
        self.fail_with(3, "evaluate", "--model", "m.h5", "--labels", "t.csv", "--label-column",
                       "kid", processes=2, says=("t.csv", "'kid'", "'row', 'kind'"))
        self.fail_with(4, "evaluate", "--model", "m.h5", "--labels", "absent.txt", processes=2,
                       says=("absent.txt",))

    def test_wrong_usage(self):
        self.fail_with(2, "evaluate", "--model", "m.h5", says=("INPUT is missing",))
        self.fail_with(2, "evaluate", "--model", "m.h5", "--labels", "obs/kind",
                       says=("INPUT is missing",))
        self.fail_with(2, "evaluate", "--model", "m.h5", "--labels", "l.txt", "--clip", "1:5",
                       says=("INPUT",))
        self.fail_with(2, "evaluate", "a.h5", "--model", "m.h5", "--label-column", "x",
                       says=("--labels",))

    def test_rows_without_weight_are_told(self):
        self.matrix[3] = 0
        self.write_matrix("a.h5", self.matrix)
        self.succeed("factorize", "a.h5", "--rank", 4, "--output", "m.h5")
        result = self.succeed("evaluate", "--model", "m.h5", "--labels", "l.txt", processes=2)
        self.assertIn("1 of 60 rows have no weight", result.stderr)

    @unittest.skipUnless((DATA / "text" / "classic4.mtx.gz").exists(), f"no real data in {DATA}")
    def test_real_texts(self):
        matrix = DATA / "text" / "classic4.mtx.gz"
        self.succeed("factorize", matrix, "--scale", "tfidf", "--rank", 4, "--output", "m.h5",
                     "--init", "nndsvda", processes=2)
        found = self.evaluate("--labels", DATA / "text" / "classic4_labels.txt",
                              processes=2)["labels"]
        # scikit-learn's best of three seeds: 0.561 and 0.442.
        self.assertGreater(found["accuracy"], 0.5)
        self.assertGreater(found["nmi"], 0.4)


if __name__ == "__main__":
    unittest.main()
