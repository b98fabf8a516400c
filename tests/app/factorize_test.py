#!/usr/bin/python3
"""The main job: what the result file holds, and that it does not depend on the processes."""

import json
import unittest

import h5py
import numpy as np

from harness import DATA, PROCESS_COUNTS, ProgramTest, low_rank, relative_error


class ResultFile(ProgramTest):
    def test_holds_canonical_factors_and_how_they_were_made(self):
        matrix = low_rank(60, 40, 5) + 0.01
        self.write_matrix("a.h5", matrix)
        self.succeed("factorize", "a.h5", "--rank", 4, "--output", "r.h5", processes=3)
        w, h, attributes = self.read_factors("r.h5")
        self.assertEqual((w.shape, h.shape), ((60, 4), (4, 40)))
        self.assertEqual((w.dtype, h.dtype), (np.float32, np.float32))
        self.assertTrue((w >= 0).all() and (h >= 0).all())
        np.testing.assert_allclose(np.linalg.norm(h, axis=1), 1, rtol=1e-5)
        weights = np.linalg.norm(w, axis=0)
        self.assertTrue((np.diff(weights) <= 1e-6 * weights[0]).all(), weights)
        self.assertAlmostEqual(attributes["relative_error"], relative_error(matrix, w, h), 6)
        self.assertAlmostEqual(attributes["input_norm"], np.linalg.norm(matrix), 3)
        for name, value in {"algorithm": "hals", "loss": "frobenius", "rank": 4, "rows": 60,
                            "columns": 40, "seed": 0, "precision": "float32"}.items():
            self.assertEqual(attributes[name], value)
        with self.open("r.h5") as file:
            history = file["history"][:]
            self.assertEqual(list(history["iteration"]), list(range(1, len(history) + 1)))
            self.assertEqual(len(history), attributes["iterations"])
            self.assertTrue((np.diff(history["loss"]) <= 1e-7 * history["loss"][0]).all())
            self.assertEqual(file["solver"].attrs["iteration"], attributes["iterations"])

    def test_stored_configuration_repeats_the_run(self):
        self.write_matrix("a.h5", low_rank(30, 20, 3))
        self.succeed("factorize", "a.h5", "--rank", 3, "--output", "r.h5", "--seed", 7,
                     "--algorithm", "mu", "--max-iterations", 25)
        w, _, attributes = self.read_factors("r.h5")
        (self.folder / "again.ini").write_text(attributes["configuration"])
        self.succeed("factorize", "--config", "again.ini", "--output", "again.h5")
        again, _, _ = self.read_factors("again.h5")
        np.testing.assert_array_equal(w, again)

    def test_float64_is_kept(self):
        self.write_matrix("a.h5", low_rank(30, 20, 3).astype(np.float64))
        self.succeed("factorize", "a.h5", "--rank", 2, "--output", "r.h5", "--precision", "float64")
        w, h, _ = self.read_factors("r.h5")
        self.assertEqual((w.dtype, h.dtype), (np.float64, np.float64))

    def test_replaces_an_earlier_result_and_leaves_no_other_file(self):
        self.write_matrix("a.h5", low_rank(30, 20, 3))
        for rank in (2, 3):
            self.succeed("factorize", "a.h5", "--rank", rank, "--output", "r.h5", processes=2)
        self.assertEqual(self.read_factors("r.h5")[0].shape, (30, 3))
        self.assertEqual(self.files(), ["a.h5", "r.h5"])


class Processes(ProgramTest):
    def factorize(self, name, processes, *options):
        output = f"r{processes}.h5"
        self.succeed("factorize", name, "--output", output, "--tolerance", 0, *options,
                     processes=processes)
        return self.read_factors(output)

    def test_do_not_change_the_result(self):
        self.write_matrix("a.h5", low_rank(50, 70, 6) + 0.1)
        # Plain: extrapolation turns iterations down where rounding decides, and then goes elsewhere.
        options = ("--rank", 4, "--max-iterations", 100, "--extrapolation", "off")
        w1, h1, one = self.factorize("a.h5", 1, *options)
        for processes in PROCESS_COUNTS[1:]:
            w, h, many = self.factorize("a.h5", processes, *options)
            self.assertAlmostEqual(many["relative_error"], one["relative_error"], delta=1e-6)
            np.testing.assert_allclose(w, w1, atol=1e-3 * w1.max())
            np.testing.assert_allclose(h, h1, atol=1e-3 * h1.max())
            self.assertEqual(many["input_fingerprint"], one["input_fingerprint"])

    def test_repeat_to_the_bit(self):
        self.write_matrix("a.h5", low_rank(50, 70, 6) + 0.1)
        for grid in ("4x1", "2x2", "1x4"):
            first = self.factorize("a.h5", 4, "--rank", 4, "--max-iterations", 30, "--grid", grid)
            again = self.factorize("a.h5", 4, "--rank", 4, "--max-iterations", 30, "--grid", grid)
            np.testing.assert_array_equal(first[0], again[0])
            np.testing.assert_array_equal(first[1], again[1])

    def test_may_outnumber_the_rows(self):
        matrix = low_rank(2, 3, 2)
        self.write_matrix("a.h5", matrix)
        for processes in PROCESS_COUNTS:
            w, h, _ = self.factorize("a.h5", processes, "--rank", 1, "--max-iterations", 20)
            floor = np.linalg.svd(matrix)[1][1] / np.linalg.norm(matrix)
            self.assertAlmostEqual(relative_error(matrix, w, h), floor, 5)

    def test_every_algorithm_on_every_count(self):
        self.write_matrix("a.h5", low_rank(40, 30, 3))
        for algorithm in ("hals", "anls-bpp", "anls-active-set", "mu", "als", "gradient"):
            for processes in PROCESS_COUNTS:
                _, _, attributes = self.factorize("a.h5", processes, "--rank", 3, "--algorithm",
                                                  algorithm, "--max-iterations", 60)
                self.assertLess(attributes["relative_error"], 0.1, algorithm)


class Report(ProgramTest):
    def test_sends_nothing_of_the_factors_within_a_node(self):
        m, n, k, iterations = 45, 64, 5, 12
        self.write_matrix("a.h5", low_rank(m, n, 8))
        for rows, columns in ((6, 1), (3, 2), (2, 3), (1, 6)):
            self.succeed("factorize", "a.h5", "--rank", k, "--output", "r.h5", "--tolerance", 0,
                         "--max-iterations", iterations, "--report", "r.json", "--grid",
                         f"{rows}x{columns}", processes=6)
            report = json.loads((self.folder / "r.json").read_text())
            traffic = report["cost"]["loop_traffic"]
            self.assertEqual(traffic["payload_bytes_per_iteration"], 0)
            self.assertEqual(traffic["predicted_payload_bytes_per_iteration"], 0)
            self.assertTrue(traffic["payload_as_predicted"])
            self.assertEqual(len(report["history"]), iterations)

    def test_counts_a_product_begun_before_the_loss_ended_the_run(self):
        self.write_matrix("a.h5", low_rank(45, 64, 8))
        self.succeed("factorize", "a.h5", "--rank", 5, "--output", "r.h5", "--report", "r.json",
                     "--grid", "2x2", "--tolerance", 1e-2, processes=4)
        report = json.loads((self.folder / "r.json").read_text())
        self.assertEqual(report["outcome"]["stop_reason"], "tolerance")
        self.assertTrue(report["cost"]["loop_traffic"]["payload_as_predicted"])


class Warnings(ProgramTest):
    def test_not_converging_is_a_warning(self):
        self.write_matrix("a.h5", low_rank(30, 20, 8))
        result = self.succeed("factorize", "a.h5", "--rank", 3, "--output", "r.h5",
                              "--max-iterations", 2)
        self.assertIn("not converged", result.stdout)

    def test_components_beyond_the_rank_of_the_data_are_no_error(self):
        matrix = np.outer(np.arange(1, 9), np.arange(1, 8)).astype(np.float32)
        self.write_matrix("a.h5", matrix)
        self.succeed("factorize", "a.h5", "--rank", 5, "--output", "r.h5", "--tolerance", 0,
                     "--max-iterations", 300, processes=2)
        _, _, attributes = self.read_factors("r.h5")
        self.assertLess(attributes["relative_error"], 1e-3)

    def test_als_on_a_singular_gram_reports_its_ridge(self):
        self.write_matrix("a.h5", np.ones((8, 6), np.float32))
        result = self.succeed("factorize", "a.h5", "--rank", 3, "--output", "r.h5",
                              "--algorithm", "als", "--max-iterations", 5)
        self.assertIn("ridge", result.stdout)


@unittest.skipUnless((DATA / "faces" / "olivetti.h5").exists(), f"no real data in {DATA}")
class OlivettiFaces(ProgramTest):
    def errors_on_every_count(self, *more):
        errors = []
        for processes in PROCESS_COUNTS:
            self.succeed("factorize", DATA / "faces" / "olivetti.h5", "--rank", 49, "--tolerance",
                         0, "--max-iterations", 200, "--output", "o.h5", *more,
                         processes=processes)
            with h5py.File(DATA / "faces" / "olivetti.h5") as file:
                w, h, attributes = self.read_factors("o.h5")
                errors.append(attributes["relative_error"])
                self.assertAlmostEqual(relative_error(file["X"][:], w, h), errors[-1], 7)
        return errors

    def test_plain_hals_agrees_to_rounding_on_every_count(self):
        errors = self.errors_on_every_count("--inner-iterations", 1, "--extrapolation", "off")
        self.assertLessEqual(max(errors), 0.0940)
        self.assertLessEqual(max(errors) - min(errors), 1e-6)

    def test_the_default_is_better_on_every_count(self):
        # Whether a loss rose can hang on its last bits, and the paths part where it does.
        errors = self.errors_on_every_count()
        self.assertLessEqual(max(errors), 0.0915)
        self.assertLessEqual(max(errors) - min(errors), 1e-4)


if __name__ == "__main__":
    unittest.main()
