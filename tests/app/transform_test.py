#!/usr/bin/python3
"""Weights of new rows, and the comparison of all algorithms."""

import json
import unittest
import xml.etree.ElementTree

import h5py
import numpy as np

from harness import ProgramTest, low_rank, relative_error


def noisy(rows, columns, rank, seed=0):
    generator = np.random.default_rng(seed + 100)
    return low_rank(rows, columns, rank, seed) + 0.3 * generator.random((rows, columns)).astype("f4")


def kkt_violation(matrix, w, h):
    """How far W is from optimal for H: |gradient| where W > 0, the negative part of it where W = 0."""
    gradient = w @ (h @ h.T) - matrix @ h.T
    violation = np.where(w > 0, np.abs(gradient), np.maximum(0, -gradient))
    return violation.max() / np.abs(matrix @ h.T).max()


class Transform(ProgramTest):
    def model(self, matrix, rank=4):
        self.write_matrix("train.h5", matrix)
        self.succeed("factorize", "train.h5", "--rank", rank, "--output", "model.h5",
                     "--precision", "float64", "--max-iterations", 30)
        return self.read_factors("model.h5")

    def test_training_rows_get_the_optimum_of_their_subproblem(self):
        matrix = noisy(60, 40, 4)
        _, h, before = self.model(matrix)
        for processes in (1, 2, 3, 6):
            self.succeed("transform", "train.h5", "--model", "model.h5", "--output", "t.h5",
                         processes=processes)
            w, kept, after = self.read_factors("t.h5")
            np.testing.assert_array_equal(kept, h)
            self.assertLess(kkt_violation(matrix.astype("f8"), w, h), 1e-12)
            self.assertLessEqual(after["relative_error"], before["relative_error"] + 1e-12)
            self.assertAlmostEqual(after["relative_error"], relative_error(matrix, w, h), 9)
            self.assertEqual(after["stop_reason"], "exact-solution")

    def test_new_rows_of_any_number_and_any_rule(self):
        _, h, _ = self.model(noisy(60, 40, 4))
        new = noisy(1, 40, 4, seed=9)
        self.write_matrix("new.h5", new)
        for rule in ("anls-bpp", "anls-active-set", "hals", "nesterov", "admm"):
            self.succeed("transform", "new.h5", "--model", "model.h5", "--output", "t.h5",
                         "--algorithm", rule, "--tolerance", 0, "--max-iterations", 3000,
                         processes=3)
            w, _, attributes = self.read_factors("t.h5")
            self.assertEqual(w.shape, (1, 4))
            self.assertLess(kkt_violation(new.astype("f8"), w, h), 1e-7, rule)
            self.assertEqual(attributes["algorithm"], rule)

    def test_result_is_a_model(self):
        self.model(noisy(30, 20, 3))
        self.write_matrix("new.h5", noisy(5, 20, 3, seed=2))
        self.succeed("transform", "new.h5", "--model", "model.h5", "--output", "t.h5")
        self.succeed("reconstruct", "--model", "t.h5", "--output", "p.h5")
        w, h, _ = self.read_factors("t.h5")
        with self.open("p.h5") as file:
            np.testing.assert_allclose(file["X"][:], w @ h, rtol=1e-12)
        self.assertIn("5 x 4", self.succeed("inspect", "t.h5").stdout)

    def test_shrinks_with_a_penalty(self):
        self.model(noisy(30, 20, 3))
        for weight, name in ((0, "plain.h5"), (5, "sparse.h5")):
            self.succeed("transform", "train.h5", "--model", "model.h5", "--output", name,
                         "--l1-w", weight)
        self.assertLess(self.read_factors("sparse.h5")[0].sum(),
                        self.read_factors("plain.h5")[0].sum())

    def test_columns_that_do_not_fit_are_refused(self):
        self.model(noisy(30, 20, 3))
        self.write_matrix("wide.h5", noisy(5, 21, 3))
        self.fail_with(3, "transform", "wide.h5", "--model", "model.h5", "--output", "t.h5",
                       processes=3, says=("21 columns", "have 20"))
        self.fail_with(3, "transform", "train.h5", "--model", "train.h5", "--output", "t.h5",
                       says=("train.h5",))

    def test_column_names_must_be_those_of_the_model(self):
        matrix = noisy(6, 3, 2)
        for name, header in (("train.csv", "a,b,c"), ("same.csv", "a,b,c"), ("other.csv", "a,c,b")):
            lines = [header] + [",".join(f"{value:.6f}" for value in row) for row in matrix]
            (self.folder / name).write_text("\n".join(lines) + "\n")
        self.succeed("factorize", "train.csv", "--rank", 2, "--output", "model.h5")
        self.succeed("transform", "same.csv", "--model", "model.h5", "--output", "t.h5",
                     processes=2)
        with self.open("t.h5") as file:
            self.assertEqual([name.decode() for name in file["column_names"][:]], ["a", "b", "c"])
        self.fail_with(3, "transform", "other.csv", "--model", "model.h5", "--output", "t.h5",
                       processes=3, says=("column 1 is 'c' instead of 'b'",))

    def test_a_permuted_sparse_matrix_keeps_its_rows(self):
        generator = np.random.default_rng(3)
        matrix = np.where(generator.random((70, 50)) < 0.2, generator.random((70, 50)) + 1, 0)
        rows, columns = np.nonzero(matrix)
        lines = [f"{i + 1} {j + 1} {matrix[i, j]:.17g}" for i, j in zip(rows, columns)]
        (self.folder / "a.mtx").write_text("%%MatrixMarket matrix coordinate real general\n"
                                           f"70 50 {len(lines)}\n" + "\n".join(lines) + "\n")
        self.succeed("factorize", "a.mtx", "--rank", 3, "--output", "model.h5", "--precision",
                     "float64", processes=2)
        h = self.read_factors("model.h5")[1]
        for balance in ("entries", "permute"):
            self.succeed("transform", "a.mtx", "--model", "model.h5", "--output", "t.h5",
                         "--balance", balance, processes=4)
            w = self.read_factors("t.h5")[0]
            self.assertLess(kkt_violation(matrix, w, h), 1e-12)

    def test_another_scale_than_the_model_s_is_told(self):
        self.model(noisy(30, 20, 3))
        result = self.succeed("transform", "train.h5", "--model", "model.h5", "--output", "t.h5",
                              "--scale", "log1p")
        self.assertIn("--scale none", result.stderr)
        result = self.succeed("transform", "train.h5", "--model", "model.h5", "--output", "t.h5")
        self.assertNotIn("--scale", result.stderr)


class Compare(ProgramTest):
    def test_runs_every_algorithm_from_one_start(self):
        matrix = noisy(60, 40, 4)
        self.write_matrix("a.h5", matrix)
        result = self.succeed("compare", "a.h5", "--rank", 4, "--max-iterations", 40, "--report",
                              "c.json", "--picture", "c.svg", processes=3)
        report = json.loads((self.folder / "c.json").read_text())
        names = [entry["algorithm"] for entry in report["algorithms"]]
        for name in ("hals", "plain-hals", "anls-bpp", "anls-active-set", "nesterov", "admm", "mu",
                     "gradient", "als"):
            self.assertIn(name, names)
            self.assertIn(f"\n{name} ", result.stdout)
        errors = {entry["algorithm"]: entry["relative_error"] for entry in report["algorithms"]}
        self.assertEqual(report["best_relative_error"], min(errors.values()))
        self.assertAlmostEqual(errors["anls-bpp"], errors["anls-active-set"], 5)
        for entry in report["algorithms"]:
            self.assertEqual(len(entry["history"]), 40)
            close = [row for row in entry["history"]
                     if row["relative_error"] <= 1.01 * report["best_relative_error"]]
            self.assertEqual(entry["iterations_to_one_percent"],
                             close[0]["iteration"] if close else None)
        picture = xml.etree.ElementTree.parse(self.folder / "c.svg").getroot()
        self.assertTrue(picture.tag.endswith("svg"))
        self.assertIn("plain-hals", "".join(picture.itertext()))

        # The table's numbers are those of a factorization.
        self.succeed("factorize", "a.h5", "--rank", 4, "--max-iterations", 40, "--tolerance", 0,
                     "--output", "r.h5", processes=3)
        self.assertAlmostEqual(self.read_factors("r.h5")[2]["relative_error"], errors["hals"], 9)

    def test_chosen_algorithms_and_limits(self):
        self.write_matrix("a.h5", noisy(30, 20, 3))
        result = self.succeed("compare", "a.h5", "--rank", 2, "--algorithms", "mu,hals",
                              "--target-error", 0.3)
        lines = [line.split()[0] for line in result.stdout.splitlines() if line]
        self.assertEqual(lines[-2:], ["mu", "hals"])
        self.fail_with(2, "compare", "a.h5", "--rank", 2, "--algorithms", "hals,nesterow",
                       says=("nesterow", "nesterov"))
        self.fail_with(2, "compare", "a.h5", "--rank", 2, "--algorithms", "mu,mu", says=("twice",))

    def test_kkt_residual_is_that_of_the_factors(self):
        matrix = noisy(40, 30, 3).astype("f8")
        self.write_matrix("a.h5", matrix)
        self.succeed("compare", "a.h5", "--rank", 3, "--algorithms", "anls-bpp",
                     "--max-iterations", 15, "--report", "c.json", "--precision", "float64")
        found = json.loads((self.folder / "c.json").read_text())["algorithms"][0]["kkt_residual"]
        self.succeed("factorize", "a.h5", "--rank", 3, "--algorithm", "anls-bpp", "--tolerance", 0,
                     "--max-iterations", 15, "--precision", "float64", "--output", "r.h5")
        w, h, _ = self.read_factors("r.h5")
        balance = np.sqrt(np.linalg.norm(h, axis=1) / np.linalg.norm(w, axis=0))
        w, h = w * balance, h / balance[:, None]
        squares = 0
        scale = 0
        for factor, gram, cross in ((w, h @ h.T, matrix @ h.T), (h.T, w.T @ w, matrix.T @ w)):
            gradient = factor @ gram - cross
            projected = np.where(factor > 0, gradient, np.minimum(0, gradient))
            squares += np.sum(projected ** 2)
            scale += np.linalg.norm(cross)
        self.assertAlmostEqual(found / (np.sqrt(squares) / scale), 1, 6)


if __name__ == "__main__":
    unittest.main()
