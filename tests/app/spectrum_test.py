#!/usr/bin/python3
"""Singular values, and the starts that are made of singular vectors."""

import json
import unittest

import h5py
import numpy as np

from harness import DATA, PROCESS_COUNTS, ProgramTest, low_rank, relative_error


def noisy(rows, columns, rank):
    generator = np.random.default_rng(7)
    return low_rank(rows, columns, rank) + 0.3 * generator.random((rows, columns)).astype("f4")


def floors_of(values, norm):
    return np.sqrt(np.maximum(0, norm ** 2 - np.cumsum(values ** 2))) / norm


class Spectrum(ProgramTest):
    def spectrum(self, name, *options, processes=1):
        result = self.succeed("spectrum", name, "--report", "s.json", *options,
                              processes=processes)
        return result, json.loads((self.folder / "s.json").read_text())

    def expect_spectrum_of(self, matrix, report, count, places=slice(None), relative=1e-5):
        values = np.linalg.svd(matrix.astype(np.float64), compute_uv=False)
        norm = np.linalg.norm(matrix.astype(np.float64))
        self.assertTrue(report["converged"])
        self.assertEqual(len(report["singular_values"]), count)
        self.assertAlmostEqual(report["norm"] / norm, 1, 12)
        # A floor is the root of a difference that may cancel to the rounding of `count` squares.
        rounding = np.sqrt(count * np.finfo(np.float64).eps)
        for key, expected, absolute in (
                ("singular_values", values[:count], 1e-7 * values[0]),
                ("floors", floors_of(values[:count], norm), rounding)):
            np.testing.assert_allclose(report[key][places], expected[places], rtol=relative,
                                       atol=absolute)

    def test_equals_lapack_on_every_count_dense_and_sparse(self):
        matrix = noisy(60, 45, 6)
        matrix[matrix < 1] = 0
        self.write_matrix("a.h5", matrix)
        for processes in PROCESS_COUNTS:
            for storage in ("dense", "sparse"):
                _, report = self.spectrum("a.h5", "--count", 8, "--storage", storage,
                                          processes=processes)
                self.expect_spectrum_of(matrix, report, 8)

    def test_table_has_a_line_for_every_rank(self):
        self.write_matrix("a.h5", noisy(30, 20, 3))
        result, report = self.spectrum("a.h5", "--count", 4, processes=2)
        lines = [line.split() for line in result.stdout.splitlines()]
        self.assertEqual([line[0] for line in lines[:5]], ["rank", "1", "2", "3", "4"])
        for line, value, floor in zip(lines[1:5], report["singular_values"], report["floors"]):
            self.assertAlmostEqual(float(line[1]) / value, 1, 6)
            self.assertAlmostEqual(float(line[2]), floor, 6)

    def test_count_is_capped_with_a_note(self):
        matrix = noisy(12, 5, 2)
        self.write_matrix("a.h5", matrix)
        for processes in PROCESS_COUNTS:
            result, report = self.spectrum("a.h5", processes=processes)
            self.assertIn("has 5 singular values", result.stderr)
            self.expect_spectrum_of(matrix, report, 5)

    def test_not_converging_is_a_warning(self):
        # The values lie so close together that 300 iterations do not tell them apart.
        self.write_matrix("a.h5", np.diag(np.linspace(1, 0.999, 80)))
        result, report = self.spectrum("a.h5", "--count", 5, "--tolerance", 0)
        self.assertIn("not converged", result.stderr)
        self.assertFalse(report["converged"])

    def test_no_factorization_goes_below_the_floor(self):
        matrix = noisy(40, 30, 5)
        self.write_matrix("a.h5", matrix)
        floors = self.spectrum("a.h5", "--count", 5)[1]["floors"]
        for rank in (1, 3, 5):
            self.succeed("factorize", "a.h5", "--rank", rank, "--output", "r.h5", "--precision",
                         "float64")
            w, h, _ = self.read_factors("r.h5")
            self.assertGreaterEqual(relative_error(matrix, w, h), floors[rank - 1] * (1 - 1e-6))
        # Non-negative singular vectors: for rank 1 the floor is reached.
        self.succeed("factorize", "a.h5", "--rank", 1, "--output", "r.h5", "--precision",
                     "float64", "--tolerance", 1e-12)
        error = self.read_factors("r.h5")[2]["relative_error"]
        self.assertAlmostEqual(error / floors[0], 1, 6)

    def test_matrix_of_zeros(self):
        self.write_matrix("a.h5", np.zeros((6, 4)))
        _, report = self.spectrum("a.h5", "--count", 3, processes=3)
        self.assertEqual(report["singular_values"], [0, 0, 0])
        self.assertEqual(report["floors"], [0, 0, 0])

    def test_fails_everywhere_with_one_message(self):
        matrix = noisy(12, 9, 2)
        self.write_matrix("good.h5", matrix)
        matrix[3, 4] = -1
        self.write_matrix("bad.h5", matrix)
        for processes in (1, 4):
            self.fail_with(2, "spectrum", "good.h5", "--count", 0, processes=processes,
                           says=["--count takes a whole number of at least 1"])
            self.fail_with(3, "spectrum", "bad.h5", processes=processes, says=["row 3, column 4"])
            self.fail_with(4, "spectrum", "good.h5", "--report", "no/folder/s.json",
                           processes=processes)

    @unittest.skipUnless((DATA / "faces" / "olivetti.h5").exists(), f"no real data in {DATA}")
    def test_olivetti_faces(self):
        with h5py.File(DATA / "faces" / "olivetti.h5") as file:
            matrix = file["X"][:]
        for processes in (1, 3, 4, 6):
            _, report = self.spectrum(DATA / "faces" / "olivetti.h5", processes=processes)
            self.expect_spectrum_of(matrix, report, 50, places=slice(40))


class NndsvdStart(ProgramTest):
    def factorize(self, init, *options, processes=1):
        self.succeed("factorize", "a.h5", "--rank", 5, "--init", init, "--output", "r.h5",
                     "--tolerance", 0, *options, processes=processes)
        return self.read_factors("r.h5")

    def test_same_result_on_every_count(self):
        self.write_matrix("a.h5", noisy(50, 40, 5))
        for init in ("nndsvd", "nndsvda", "nndsvdar"):
            plain = ["--max-iterations", 100, "--extrapolation", "off"]
            w1, h1, one = self.factorize(init, *plain)
            self.assertIn(f"init = {init}\n", one["configuration"])
            for processes in PROCESS_COUNTS[1:]:
                w, h, many = self.factorize(init, *plain, processes=processes)
                self.assertAlmostEqual(many["relative_error"], one["relative_error"], delta=1e-6)
                np.testing.assert_allclose(w, w1, atol=1e-3 * w1.max())
                np.testing.assert_allclose(h, h1, atol=1e-3 * h1.max())

    def test_begins_nearer_than_random(self):
        self.write_matrix("a.h5", noisy(50, 40, 5))
        first = {}
        for init in ("random", "nndsvd", "nndsvdar"):
            self.factorize(init, "--max-iterations", 1, processes=2)
            with self.open("r.h5") as file:
                first[init] = file["history"]["relative_error"][0]
        for init in ("nndsvd", "nndsvdar"):
            self.assertLess(first[init], first["random"], first)

    def test_every_storage_balance_and_precision(self):
        matrix = noisy(50, 40, 5)
        matrix[matrix < 1.2] = 0
        self.write_matrix("a.h5", matrix)
        errors = []
        for options in (["--storage", "dense"], ["--storage", "sparse"],
                        ["--storage", "sparse", "--balance", "permute"],
                        ["--storage", "sparse", "--precision", "float64"]):
            _, _, attributes = self.factorize("nndsvda", "--max-iterations", 100, *options,
                                              processes=4)
            errors.append(attributes["relative_error"])
        np.testing.assert_allclose(errors, errors[0], atol=1e-5)

    def test_rank_up_to_the_smaller_side(self):
        matrix = noisy(7, 5, 3)
        self.write_matrix("a.h5", matrix)
        for processes in PROCESS_COUNTS:
            w, h, attributes = self.factorize("nndsvdar", "--max-iterations", 200,
                                              processes=processes)
            self.assertAlmostEqual(relative_error(matrix, w, h), attributes["relative_error"], 6)
            self.assertLess(attributes["relative_error"], 0.05)

    def test_has_no_restarts(self):
        self.write_matrix("a.h5", noisy(12, 9, 2))
        self.fail_with(2, "factorize", "a.h5", "--rank", 2, "--output", "r.h5", "--init", "nndsvda",
                       "--restarts", 2, processes=2, says=["--restarts", "nndsvda"])


if __name__ == "__main__":
    unittest.main()
