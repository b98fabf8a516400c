#!/usr/bin/python3
"""Other losses than Frobenius's, through the program, against their definitions in NumPy."""

import json
import unittest

import h5py
import numpy as np

from harness import DATA, PROCESS_COUNTS, ProgramTest


def counts(rows, columns, seed=0):
    generator = np.random.default_rng(seed)
    rate = generator.gamma(1.0, 1.0, (rows, 3)) @ generator.gamma(1.0, 1.0, (3, columns))
    return generator.poisson(rate).astype("f8")


def divergence(a, x, beta):
    if beta == 1:
        return np.sum(a * np.log(np.where(a > 0, a, 1) / x) - a + x)
    if beta == 0:
        return np.sum(a / x - np.log(a / x) - 1)
    return np.sum((a ** beta + (beta - 1) * x ** beta - beta * a * x ** (beta - 1))
                  / (beta * (beta - 1)))


def write_sparse(path, matrix):
    rows, columns = np.nonzero(matrix)
    lines = [f"{i + 1} {j + 1} {matrix[i, j]:g}" for i, j in zip(rows, columns)]
    path.write_text("%%MatrixMarket matrix coordinate real general\n"
                    f"{matrix.shape[0]} {matrix.shape[1]} {len(lines)}\n" + "\n".join(lines) + "\n")


class Losses(ProgramTest):
    def factorize(self, name, *arguments, processes=1):
        self.succeed("factorize", name, "--rank", 3, "--output", "m.h5", *arguments,
                     processes=processes)
        return self.read_factors("m.h5")

    def test_stored_factors_have_the_stored_loss(self):
        matrix = counts(40, 30)
        np.save(self.folder / "zeros.npy", matrix)
        np.save(self.folder / "positive.npy", matrix + 0.5)
        for name, a, beta, options in (
                ("zeros.npy", matrix, 1, ("--loss", "kl")),
                ("zeros.npy", matrix, 0.5, ("--loss", "beta", "--beta", 0.5)),
                ("positive.npy", matrix + 0.5, 0, ("--loss", "itakura-saito")),
                ("positive.npy", matrix + 0.5, -1, ("--loss", "beta", "--beta", -1))):
            for processes in (1, 3):
                w, h, attributes = self.factorize(name, *options, "--precision", "float64",
                                                  processes=processes)
                expected = divergence(a, w @ h, beta)
                self.assertAlmostEqual(attributes["loss_value"], expected, delta=1e-9 * expected)
                self.assertAlmostEqual(attributes["loss_per_entry"], expected / a.size, 9)
                self.assertEqual(attributes["beta"], beta)
                self.assertTrue(np.isnan(attributes["relative_error"]))
                self.assertEqual(attributes["algorithm"], "mu")

    def test_sparse_kullback_leibler_is_the_same_on_any_number_of_processes(self):
        matrix = counts(60, 35) * (np.random.default_rng(1).random((60, 35)) < 0.2)
        write_sparse(self.folder / "a.mtx", matrix)
        losses = []
        for processes in PROCESS_COUNTS:
            w, h, attributes = self.factorize("a.mtx", "--loss", "kl", "--max-iterations", 50,
                                              "--tolerance", 0, processes=processes)
            np.testing.assert_allclose(h.sum(axis=1), 1, rtol=1e-5)  # distributions
            self.assertAlmostEqual(attributes["loss_value"],
                                   divergence(matrix, np.maximum(w @ h, 1e-30), 1), delta=1e-2)
            losses.append(attributes["loss_value"])
        np.testing.assert_allclose(losses, losses[0], rtol=1e-5)

    def test_transform_finds_the_weights_of_the_loss_of_the_model(self):
        matrix = counts(50, 30)
        np.save(self.folder / "a.npy", matrix)
        w, h, before = self.factorize("a.npy", "--loss", "kl", "--precision", "float64",
                                      "--tolerance", 1e-9, "--max-iterations", 3000)
        for processes in (1, 3):
            self.succeed("transform", "a.npy", "--model", "m.h5", "--output", "t.h5",
                         "--tolerance", 1e-9, processes=processes)
            _, kept, after = self.read_factors("t.h5")
            np.testing.assert_array_equal(kept, h)
            self.assertAlmostEqual(after["loss_value"], before["loss_value"],
                                   delta=1e-3 * before["loss_value"])
            self.assertEqual((after["loss"], after["algorithm"]), ("kl", "mu"))
        self.fail_with(2, "transform", "a.npy", "--model", "m.h5", "--output", "t.h5",
                       "--algorithm", "hals", says=["--loss kl is minimised by --algorithm mu"])

    def test_compare_speaks_of_the_loss(self):
        np.save(self.folder / "a.npy", counts(30, 20))
        text = self.succeed("compare", "a.npy", "--rank", 3, "--loss", "kl", "--max-iterations", 20,
                            "--report", "c.json", "--picture", "c.svg", processes=2).stdout
        self.assertIn("plain-mu", text)
        report = json.loads((self.folder / "c.json").read_text())
        self.assertIn("best_loss_per_entry", report)
        self.assertLess(report["algorithms"][0]["loss_per_entry"],
                        report["algorithms"][1]["loss_per_entry"])
        self.assertIn("loss per entry", (self.folder / "c.svg").read_text())

    def test_floor_lets_itakura_saito_take_zeros(self):
        matrix = counts(20, 15)
        np.save(self.folder / "a.npy", matrix)
        write_sparse(self.folder / "a.mtx", matrix)
        says = ["holds zeros", "--floor"]
        self.fail_with(3, "factorize", "a.npy", "--rank", 2, "--loss", "itakura-saito",
                       "--output", "m.h5", processes=3, says=says)
        w, h, attributes = self.factorize("a.npy", "--loss", "itakura-saito", "--floor", 0.5,
                                          "--precision", "float64")
        expected = divergence(np.maximum(matrix, 0.5), w @ h, 0)
        self.assertAlmostEqual(attributes["loss_value"], expected, delta=1e-9 * expected)
        self.fail_with(2, "factorize", "a.mtx", "--rank", 2, "--loss", "itakura-saito", "--floor",
                       0.5, "--output", "m.h5", says=["--storage dense"])
        self.factorize("a.mtx", "--loss", "itakura-saito", "--floor", 0.5, "--storage", "dense",
                       processes=2)

    def test_powers_beyond_the_precision_are_refused(self):
        np.save(self.folder / "a.npy", 1e15 * (counts(20, 15) + 0.5))
        options = ("--rank", 2, "--loss", "beta", "--beta", -1, "--output", "m.h5")
        self.fail_with(3, "factorize", "a.npy", *options, processes=3,
                       says=["--precision float64"])
        self.succeed("factorize", "a.npy", *options, "--precision", "float64")
        w, h, attributes = self.read_factors("m.h5")
        expected = divergence(1e15 * (counts(20, 15) + 0.5), w @ h, -1)
        self.assertAlmostEqual(attributes["loss_value"] / expected, 1, 9)

    def test_given_components_and_blocks_exclude_each_other(self):
        np.save(self.folder / "a.npy", counts(20, 15))
        np.save(self.folder / "h.npy", counts(2, 15) + 0.5)
        self.fail_with(2, "factorize", "a.npy", "--rank", 3, "--fix-h", "h.npy", "--holdout", 0.2,
                       "--holdout-kind", "blocks", "--output", "m.h5", says=["--fix-h"])

    def test_what_has_no_meaning_is_refused(self):
        np.save(self.folder / "a.npy", counts(20, 15))
        for options, says in (
                (("--loss", "kl", "--beta", 1.5), "--beta is for --loss beta"),
                (("--loss", "kl", "--algorithm", "hals"), "--algorithm mu"),
                (("--loss", "kl", "--target-error", 0.1), "--target-error"),
                (("--loss", "kl", "--kkt-tolerance", 0.1), "--kkt-tolerance"),
                (("--loss", "beta", "--beta", 1.5, "--l2-w", 1, "--l2-h", 1), "--l1-w"),
                (("--loss", "euclid"), "--loss takes frobenius"),
                (("--l2-per-entry", 0.1), "--l2-w")):
            self.fail_with(2, "factorize", "a.npy", "--rank", 2, "--output", "m.h5", *options,
                           says=[says])

    def test_blocks_are_scored_by_rows_and_columns_that_were_not_seen(self):
        matrix = counts(80, 60)
        write_sparse(self.folder / "a.mtx", matrix)
        scores = []
        for loss in ("frobenius", "kl"):
            for processes in (1, 3):
                self.succeed("factorize", "a.mtx", "--rank", 3, "--loss", loss, "--holdout", 0.2,
                             "--holdout-kind", "blocks", "--output", "m.h5", "--report", "r.json",
                             "--precision", "float64", "--tolerance", 1e-7, processes=processes)
                held_out = json.loads((self.folder / "r.json").read_text())["outcome"]["held_out"]
                self.assertGreater(held_out["entries"], 50)
                scores.append(held_out["rmse"])
            self.assertAlmostEqual(scores[-1], scores[-2], delta=1e-3 * scores[-1])
        # Poisson noise is all that three components leave, and no model can predict it.
        self.assertLess(max(scores), 1.5 * np.sqrt(matrix.mean()))


@unittest.skipUnless(DATA.is_dir(), f"no real data in {DATA}")
class RealData(ProgramTest):
    def test_leukaemia_reaches_the_published_divergence(self):
        self.succeed("factorize", DATA / "genes/all_aml.tsv.gz", "--rows", "0:200", "--rank", 3,
                     "--loss", "kl", "--restarts", 10, "--tolerance", 0, "--max-iterations", 1000,
                     "--output", "m.h5", processes=2)
        self.assertLessEqual(self.read_factors("m.h5")[2]["loss_value"], 543540)

    def test_cells_at_rank_one_have_the_closed_form(self):
        self.succeed("factorize", DATA / "genes/pbmc_facs_10x.h5", "--rank", 1, "--loss", "kl",
                     "--output", "m.h5", processes=2)
        self.assertAlmostEqual(self.read_factors("m.h5")[2]["loss_value"] / 6286074.4284, 1, 6)

    def test_piano_separates_the_notes(self):
        self.succeed("factorize", DATA / "audio/piano_mary_spectrogram.npy", "--rank", 4, "--loss",
                     "kl", "--restarts", 3, "--tolerance", 0, "--max-iterations", 1000, "--output",
                     "m.h5", processes=2)
        _, h, attributes = self.read_factors("m.h5")
        self.assertLessEqual(attributes["loss_value"], 1137.5)
        # C4, D4 and E4 sound between bins 4 and 5.3 of 62.5 Hz, the hammer does not.
        self.assertGreaterEqual(np.sum(np.abs(h.argmax(axis=1) - 4.6) < 1), 3)


if __name__ == "__main__":
    unittest.main()
