#!/usr/bin/python3
"""How W and H are found: extrapolation on real data, penalties, starts, given components."""

import json
import unittest

import h5py
import numpy as np

from harness import DATA, ProgramTest, low_rank, relative_error


def noisy(rows, columns, rank, seed=0):
    generator = np.random.default_rng(seed + 100)
    return low_rank(rows, columns, rank, seed) + 0.3 * generator.random((rows, columns)).astype("f4")


class Extrapolation(ProgramTest):
    def accepted_losses(self, name):
        with self.open(name) as file:
            history = file["history"][:]
            return history["loss"], history["relative_error"], file.attrs["relative_error"]

    @unittest.skipUnless(DATA.exists(), f"real data not found in {DATA}")
    def test_accepted_losses_never_rise_and_the_last_is_the_stored_factors(self):
        raman = np.load(DATA / "spectra/raman_W.npy") @ np.load(DATA / "spectra/raman_H.npy")
        np.save(self.folder / "raman.npy", raman)
        for path, rank, precision in ((DATA / "spectra/samson.h5", 3, "float64"),
                                      ("raman.npy", 5, "float64"),
                                      (DATA / "faces/cbcl.npy", 20, "float32")):
            noise = 1e-12 if precision == "float64" else 1e-7
            for seed in range(5):
                self.succeed("factorize", path, "--rank", rank, "--seed", seed, "--precision",
                             precision, "--tolerance", 0, "--max-iterations", 80, "--output",
                             "r.h5", processes=2)
                losses, errors, stored = self.accepted_losses("r.h5")
                squared_norm = 2 * losses[0] / errors[0] ** 2
                self.assertTrue((np.diff(losses) <= 0.5 * noise * squared_norm).all(), path)
                self.assertAlmostEqual(errors[-1] ** 2, stored ** 2, delta=10 * noise)

    @unittest.skipUnless(DATA.exists(), f"real data not found in {DATA}")
    def test_default_reaches_the_known_errors(self):
        for path, rank, iterations, bound in (("faces/olivetti.h5", 49, 60, 0.0921),
                                              ("spectra/samson.h5", 3, 300, 0.02510)):
            self.succeed("factorize", DATA / path, "--rank", rank, "--tolerance", 0,
                         "--max-iterations", iterations, "--output", "r.h5", processes=2)
            self.assertLessEqual(self.read_factors("r.h5")[2]["relative_error"], bound)

    def test_switched_off_it_is_plain_hals(self):
        self.write_matrix("a.h5", noisy(50, 40, 4))
        for setting, name in (("off", "off.h5"), ("on", "on.h5")):
            self.succeed("factorize", "a.h5", "--rank", 4, "--extrapolation", setting,
                         "--max-iterations", 30, "--tolerance", 0, "--output", name)
        self.assertFalse(np.array_equal(self.read_factors("off.h5")[0],
                                        self.read_factors("on.h5")[0]))


class Penalties(ProgramTest):
    def test_loss_is_the_penalized_objective_of_the_stored_factors(self):
        matrix = noisy(60, 40, 4)
        self.write_matrix("a.h5", matrix)
        for algorithm in ("hals", "mu", "gradient"):
            self.succeed("factorize", "a.h5", "--rank", 4, "--algorithm", algorithm, "--l1-w", 0.3,
                         "--l2-w", 0.2, "--l1-h", 0.5, "--l2-h", 0.1, "--report", "r.json",
                         "--output", "r.h5", "--precision", "float64", "--max-iterations", 60,
                         "--tolerance", 0, processes=3)
            w, h, attributes = self.read_factors("r.h5")
            self.assertEqual(attributes["normalization"], "none")
            expected = (0.5 * np.sum((matrix - w @ h) ** 2) + 0.3 * w.sum() + 0.5 * h.sum() +
                        0.1 * np.sum(w ** 2) + 0.05 * np.sum(h ** 2))
            report = json.loads((self.folder / "r.json").read_text())
            self.assertAlmostEqual(report["outcome"]["loss"] / expected, 1, 9)
            with self.open("r.h5") as file:
                self.assertAlmostEqual(file["history"][-1]["loss"] / expected, 1, 9)

    def test_one_factor_alone_is_refused(self):
        self.write_matrix("a.h5", noisy(10, 8, 2))
        self.fail_with(2, "factorize", "a.h5", "--rank", 2, "--output", "r.h5", "--l1-w", 1,
                       says=("--l1-h",))


class Starts(ProgramTest):
    def test_a_result_starts_another_run_on_any_processes_and_order(self):
        generator = np.random.default_rng(0)
        matrix = (generator.random((80, 60)) < 0.2) * (1 + generator.random((80, 60)))
        rows, columns = np.nonzero(matrix)
        lines = [f"{i + 1} {j + 1} {matrix[i, j]}" for i, j in zip(rows, columns)]
        header = f"%%MatrixMarket matrix coordinate real general\n80 60 {len(lines)}\n"
        (self.folder / "a.mtx").write_text(header + "\n".join(lines) + "\n")
        self.succeed("factorize", "a.mtx", "--rank", 4, "--output", "first.h5",
                     "--max-iterations", 20, "--tolerance", 0, processes=4)
        before = self.read_factors("first.h5")[2]["relative_error"]
        for processes, balance in ((1, "auto"), (3, "permute"), (4, "entries")):
            self.succeed("factorize", "a.mtx", "--rank", 4, "--init", "file:first.h5",
                         "--balance", balance, "--output", "next.h5", "--max-iterations", 1,
                         "--tolerance", 0, processes=processes)
            after = self.read_factors("next.h5")[2]["relative_error"]
            self.assertLessEqual(after, before + 1e-6)
            self.assertGreater(after, before - 0.02)

    def test_a_start_that_does_not_fit_is_refused(self):
        self.write_matrix("a.h5", noisy(20, 15, 3))
        self.write_matrix("b.h5", noisy(21, 15, 3))
        self.succeed("factorize", "a.h5", "--rank", 3, "--output", "r.h5")
        self.fail_with(3, "factorize", "a.h5", "--rank", 4, "--init", "file:r.h5", "--output",
                       "s.h5", processes=3, says=("rank 3", "rank 4"))
        self.fail_with(3, "factorize", "b.h5", "--rank", 3, "--init", "file:r.h5", "--output",
                       "s.h5", says=("20x15", "21x15"))
        self.fail_with(4, "factorize", "a.h5", "--rank", 3, "--init", "file:absent.h5", "--output",
                       "s.h5", says=("absent.h5",))
        self.fail_with(3, "factorize", "a.h5", "--rank", 3, "--init", "file:a.h5", "--output",
                       "s.h5", says=("a.h5",))

    def test_restarts_keep_the_best_and_its_seed(self):
        self.write_matrix("a.h5", noisy(40, 30, 5))
        errors = {}
        for seed in (3, 4, 5):
            self.succeed("factorize", "a.h5", "--rank", 5, "--seed", seed, "--output", "one.h5",
                         "--max-iterations", 15, "--tolerance", 0)
            errors[seed] = self.read_factors("one.h5")[2]["relative_error"]
        self.succeed("factorize", "a.h5", "--rank", 5, "--seed", 3, "--restarts", 3, "--output",
                     "best.h5", "--max-iterations", 15, "--tolerance", 0)
        attributes = self.read_factors("best.h5")[2]
        self.assertEqual(attributes["seed"], min(errors, key=errors.get))
        self.assertAlmostEqual(attributes["relative_error"], min(errors.values()), 9)


class GivenComponents(ProgramTest):
    def test_stay_first_and_to_the_bit_from_a_result_or_a_matrix(self):
        matrix = noisy(50, 40, 5)
        self.write_matrix("a.h5", matrix)
        given = np.random.default_rng(5).random((2, 40)).astype(np.float32)
        np.save(self.folder / "given.npy", given)
        self.succeed("factorize", "a.h5", "--rank", 2, "--output", "model.h5")
        for source, expected in (("given.npy", given), ("model.h5", None)):
            if expected is None:
                expected = self.read_factors("model.h5")[1]
            for processes in (1, 3):
                self.succeed("factorize", "a.h5", "--rank", 5, "--fix-h", source, "--output",
                             "r.h5", processes=processes)
                w, h, attributes = self.read_factors("r.h5")
                np.testing.assert_array_equal(h[:2], expected)
                self.assertAlmostEqual(attributes["relative_error"], relative_error(matrix, w, h), 6)

    def test_all_given_leaves_w_to_be_found(self):
        generator = np.random.default_rng(7)
        w, h = generator.random((30, 3)), generator.random((3, 20))
        self.write_matrix("a.h5", w @ h)
        np.save(self.folder / "h.npy", h)
        self.succeed("factorize", "a.h5", "--rank", 3, "--fix-h", "h.npy", "--output", "r.h5",
                     "--precision", "float64", "--tolerance", 0, "--max-iterations", 300,
                     processes=2)
        found, kept, _ = self.read_factors("r.h5")
        np.testing.assert_array_equal(kept, h)
        np.testing.assert_allclose(found, w, atol=1e-6)

    def test_what_does_not_fit_is_refused(self):
        self.write_matrix("a.h5", noisy(30, 20, 3))
        np.save(self.folder / "wide.npy", np.ones((2, 21)))
        np.save(self.folder / "many.npy", np.ones((4, 20)))
        np.save(self.folder / "negative.npy", -np.ones((2, 20)))
        common = ("factorize", "a.h5", "--rank", 3, "--output", "r.h5", "--fix-h")
        self.fail_with(3, *common, "wide.npy", processes=3, says=("21 columns", "has 20"))
        self.fail_with(2, *common, "many.npy", says=("4 components", "--rank 3"))
        self.fail_with(3, *common, "negative.npy", says=("row 0, column 0",))
        self.fail_with(2, *common, "many.npy", "--normalize", "l2", says=("--normalize",))


if __name__ == "__main__":
    unittest.main()
