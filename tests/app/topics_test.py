#!/usr/bin/python3
"""Topics of a result by name, with their coherence."""

import csv
import io
import json
import unittest

import h5py
import numpy as np

from harness import PROCESS_COUNTS, ProgramTest, low_rank


def coherence(matrix, columns):
    """Means of UMass and NPMI over the pairs of columns, by falling weight."""
    present = matrix[:, columns] != 0
    both = present.T.astype(int) @ present
    umass, npmi = [], []
    for m in range(1, len(columns)):
        for l in range(m):
            umass.append(np.log((both[m, l] + 1) / both[l, l]))
            if both[m, l] == 0:
                npmi.append(-1)
                continue
            p = both / len(matrix)
            npmi.append(np.log(p[m, l] / (p[m, m] * p[l, l])) / -np.log(p[m, l]))
    return np.mean(umass), np.mean(npmi)


class Topics(ProgramTest):
    ROWS, COLUMNS, RANK = 50, 30, 3

    def setUp(self):
        super().setUp()
        generator = np.random.default_rng(4)
        self.matrix = np.where(generator.random((self.ROWS, self.COLUMNS)) < 0.4,
                               low_rank(self.ROWS, self.COLUMNS, self.RANK), 0)
        self.words = [f"w{column}" for column in range(self.COLUMNS)]
        self.words[3] = "naïve"
        lines = ["," + ",".join(self.words)]
        lines += [f"doc{i}," + ",".join(map(str, row)) for i, row in enumerate(self.matrix)]
        (self.folder / "a.csv").write_text("\n".join(lines) + "\n")

    def factorize(self, *arguments):
        self.succeed("factorize", "a.csv", "--rank", self.RANK, "--output", "m.h5", *arguments)
        return self.read_factors("m.h5")

    def topics(self, *arguments, processes=1):
        self.succeed("topics", "--model", "m.h5", "--output", "t.json", *arguments,
                     processes=processes)
        return json.loads((self.folder / "t.json").read_text())

    def expect_lists(self, report, w, h, top, documents):
        share = w.sum(axis=0, dtype=float) * h.sum(axis=1, dtype=float)
        share /= share.sum()
        for number, topic in enumerate(report["topics"]):
            self.assertEqual(topic["topic"], number)
            self.assertAlmostEqual(topic["share"], share[number], 6)
            columns = np.argsort(-h[number], kind="stable")[:top]
            self.assertEqual([one["index"] for one in topic["columns"]], columns.tolist())
            self.assertEqual([one["name"] for one in topic["columns"]],
                             [self.words[column] for column in columns])
            np.testing.assert_allclose([one["weight"] for one in topic["columns"]],
                                       h[number, columns], rtol=1e-6)
            rows = np.argsort(-w[:, number], kind="stable")[:documents]
            self.assertEqual([one["name"] for one in topic["rows"]], [f"doc{row}" for row in rows])

    def test_lists_what_the_factors_say_on_any_number_of_processes(self):
        w, h, _ = self.factorize()
        for processes in PROCESS_COUNTS:
            report = self.topics("--top", 5, "--documents", 2, processes=processes)
            self.expect_lists(report, w, h, 5, 2)
            self.assertIsNone(report["topics"][0]["npmi"])

    def test_coherence_is_that_of_the_matrix(self):
        _, h, _ = self.factorize()
        for processes in PROCESS_COUNTS:
            report = self.topics("a.csv", "--top", 6, processes=processes)
            for number, topic in enumerate(report["topics"]):
                columns = np.argsort(-h[number], kind="stable")[:6]
                umass, npmi = coherence(self.matrix, columns)
                self.assertAlmostEqual(topic["umass"], umass, 10)
                self.assertAlmostEqual(topic["npmi"], npmi, 10)
        same = self.topics("--input", "a.csv", "--storage", "sparse", "--balance", "permute",
                           "--top", 6, processes=3)
        self.assertAlmostEqual(same["mean_npmi"], report["mean_npmi"], 10)

    def test_results_that_are_not_normalized_are_before_they_are_compared(self):
        w, h, _ = self.factorize("--normalize", "none")
        norms = np.linalg.norm(h, axis=1)
        self.expect_lists(self.topics("--top", 4, processes=2), w * norms, h / norms[:, None], 4, 3)
        w, h, _ = self.factorize("--normalize", "none", "--loss", "kl", "--max-iterations", 20)
        sums = h.sum(axis=1)
        self.expect_lists(self.topics("--top", 4), w * sums, h / sums[:, None], 4, 3)

    def test_table_and_text(self):
        self.factorize()
        result = self.succeed("topics", "--model", "m.h5", "--output", "t.csv", "a.csv", "--top",
                              4, processes=2)
        report = self.topics("a.csv", "--top", 4)
        rows = list(csv.DictReader(io.StringIO((self.folder / "t.csv").read_text())))
        self.assertEqual(len(rows), self.RANK * (4 + 3))
        for number, topic in enumerate(report["topics"]):
            own = [row for row in rows if row["topic"] == str(number)]
            self.assertEqual([row["name"] for row in own if row["axis"] == "column"],
                             [one["name"] for one in topic["columns"]])
            self.assertAlmostEqual(float(own[0]["npmi"]), topic["npmi"], 10)
            line = next(line for line in result.stdout.splitlines()
                        if line.split()[:1] == [str(number)])
            self.assertIn(topic["columns"][0]["name"], line)
        self.assertEqual(self.succeed("topics", "--model", "m.h5", "--quiet").stdout, "")

    def test_numbers_stand_for_names_that_are_not_known(self):
        np.save(self.folder / "a.npy", self.matrix)
        self.succeed("factorize", "a.npy", "--rank", 1, "--output", "m.h5")
        report = self.topics("a.npy", "--top", 100, "--documents", 0, processes=6)
        self.assertEqual(len(report["topics"][0]["columns"]), self.COLUMNS)
        self.assertIsNone(report["topics"][0]["columns"][0]["name"])
        self.assertEqual(report["topics"][0]["rows"], [])
        self.assertAlmostEqual(report["topics"][0]["share"], 1)

    def test_dead_components_have_nothing_to_show(self):
        matrix = np.zeros((6, 5), "f4")
        matrix[:, 1] = 1
        self.write_matrix("one.h5", matrix)
        self.succeed("factorize", "one.h5", "--rank", 3, "--output", "m.h5")
        topics = self.topics("one.h5", processes=2)["topics"]
        dead = [topic for topic in topics if not topic["columns"]]
        self.assertTrue(dead)
        self.assertEqual({topic["share"] for topic in dead}, {0})
        self.assertIn("dead component", self.succeed("topics", "--model", "m.h5").stdout)

    def test_a_checkpoint_has_topics(self):
        self.succeed("factorize", "a.csv", "--rank", 2, "--output", "m.h5", "--max-iterations", 9,
                     "--tolerance", 0)
        with h5py.File(self.folder / "m.h5", "r+") as file:
            file.attrs["stop_reason"] = "unfinished"
        self.assertEqual(len(self.topics()["topics"]), 2)

    def test_other_columns_are_refused(self):
        self.factorize()
        np.save(self.folder / "narrow.npy", self.matrix[:, 1:])
        self.fail_with(3, "topics", "narrow.npy", "--model", "m.h5", processes=3,
                       says=("29 columns", "have 30"))
        text = (self.folder / "a.csv").read_text().replace("w1,", "w2,", 1)
        (self.folder / "b.csv").write_text(text)
        self.fail_with(3, "topics", "b.csv", "--model", "m.h5", processes=2,
                       says=("column 1 is 'w2' instead of 'w1'",))

    def test_wrong_usage(self):
        self.factorize()
        self.fail_with(2, "topics", "--model", "m.h5", "--output", "t.txt", says=(".csv or .json",))
        self.fail_with(2, "topics", "--model", "m.h5", "--top", 0, says=("--top",))
        self.fail_with(2, "topics", "--model", "m.h5", "--top", 1001, says=("up to 1000",))
        self.fail_with(2, "topics", "a.csv", says=("--model",))
        self.fail_with(3, "topics", "--model", "a.csv", processes=2, says=("a.csv",))
        self.fail_with(4, "topics", "--model", "m.h5", "--output", "no/t.csv", says=("no",))


if __name__ == "__main__":
    unittest.main()
