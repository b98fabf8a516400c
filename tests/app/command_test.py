#!/usr/bin/python3
"""The other commands: generate, inspect, components, reconstruct, and help."""

import unittest

import numpy as np

from harness import PROCESS_COUNTS, ProgramTest, low_rank, relative_error


class Generate(ProgramTest):
    def test_same_matrix_on_every_count(self):
        for kind in (["lowrank", "--rows", 33, "--columns", 21, "--rank", 4, "--noise", 0.1],
                     ["swimmer"]):
            matrices = []
            for processes in PROCESS_COUNTS:
                self.succeed("generate", *kind, "--output", "x.h5", processes=processes)
                with self.open("x.h5") as file:
                    matrices.append(file["X"][:])
            for matrix in matrices[1:]:
                np.testing.assert_array_equal(matrix, matrices[0])

    def test_lowrank_has_the_rank(self):
        self.succeed("generate", "lowrank", "--rows", 33, "--columns", 21, "--rank", 4, "--output",
                     "x.h5", "--precision", "float64")
        with self.open("x.h5") as file:
            values = np.linalg.svd(file["X"][:])[1]
        self.assertGreater(values[3], 1e-3 * values[0])
        self.assertLess(values[4], 1e-13 * values[0])

    def test_swimmer_is_learned_exactly(self):
        # Torso and 16 limb positions, although the linear rank is 13: all grams are singular.
        self.succeed("generate", "swimmer", "--output", "x.h5")
        errors = []
        for seed in range(5):
            self.succeed("factorize", "x.h5", "--rank", 17, "--tolerance", 0, "--max-iterations",
                         500, "--seed", seed, "--output", "r.h5", processes=2)
            errors.append(self.read_factors("r.h5")[2]["relative_error"])
        self.assertLess(min(errors), 1e-3, errors)


class Inspect(ProgramTest):
    def test_matrix(self):
        matrix = low_rank(12, 9, 3)
        matrix[2, 3], matrix[4, 5], matrix[0, 0] = -1, np.nan, 0
        self.write_matrix("a.h5", matrix)
        for processes in PROCESS_COUNTS:
            text = self.succeed("inspect", "a.h5", processes=processes).stdout
            for expected in ("12 x 9", "float32", "negative         1", "NaN or infinite  1",
                             "cannot be factorized"):
                self.assertIn(expected, text)

    def test_empty_rows_and_columns(self):
        matrix = low_rank(40, 9, 3)
        matrix[[17, 3, 31]], matrix[:, 2] = 0, 0
        np.save(self.folder / "few.npy", matrix)
        matrix[5:20] = 0
        np.save(self.folder / "many.npy", matrix)
        np.save(self.folder / "none.npy", matrix[20:31, 3:])
        (self.folder / "named.csv").write_text("\n".join(
            ["," + ",".join(f"gene{j}" for j in range(9))]
            + [f"cell{i}," + ",".join(str(value) for value in row)
               for i, row in enumerate(matrix)]))
        for processes in PROCESS_COUNTS:
            def expect(name, *lines, options=()):
                text = self.succeed("inspect", name, *options, processes=processes).stdout
                for line in lines:
                    self.assertIn(line, text.splitlines())
            expect("few.npy", "empty rows       3: 3, 17, 31", "empty columns    1: 2")
            expect("many.npy", "empty rows       17: 3, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 7 more",
                   options=["--storage", "sparse"])
            expect("none.npy", "empty rows       0", "empty columns    0")
            expect("named.csv", 'empty rows       2: "cell19", "cell31"',
                   'empty columns    1: "gene2"', options=["--rows", "19:40"])

    def test_result(self):
        self.write_matrix("a.h5", low_rank(12, 9, 3))
        self.succeed("factorize", "a.h5", "--rank", 2, "--output", "r.h5")
        text = self.succeed("inspect", "r.h5").stdout
        for expected in ("12 x 2", "2 x 9", "hals", "rank = 2", "a.h5"):
            self.assertIn(expected, text)


class Components(ProgramTest):
    def test_png_and_characters(self):
        self.succeed("generate", "swimmer", "--output", "x.h5")
        self.succeed("factorize", "x.h5", "--rank", 16, "--output", "r.h5")
        for processes in (1, 3):
            result = self.succeed("components", "--model", "r.h5", "--output", "p.png",
                                  processes=processes)
            self.assertGreater(len(result.stdout.splitlines()), 20)
            content = (self.folder / "p.png").read_bytes()
            self.assertTrue(content.startswith(b"\x89PNG"))


class Reconstruct(ProgramTest):
    def test_whole_and_some_rows(self):
        matrix = low_rank(25, 14, 3)
        self.write_matrix("a.h5", matrix)
        self.succeed("factorize", "a.h5", "--rank", 3, "--output", "r.h5", "--max-iterations", 300)
        w, h, attributes = self.read_factors("r.h5")
        for processes in PROCESS_COUNTS:
            self.succeed("reconstruct", "--model", "r.h5", "--output", "p.h5", processes=processes)
            with self.open("p.h5") as file:
                np.testing.assert_allclose(file["X"][:], w @ h, rtol=1e-5, atol=1e-6)
            self.succeed("reconstruct", "--model", "r.h5", "--output", "p.h5", "--rows", "7:19",
                         processes=processes)
            with self.open("p.h5") as file:
                np.testing.assert_allclose(file["X"][:], (w @ h)[7:19], rtol=1e-5, atol=1e-6)
        self.assertAlmostEqual(relative_error(matrix, w, h), attributes["relative_error"], 6)


class Help(ProgramTest):
    def test_every_command_explains_itself(self):
        overview = self.succeed("--help", processes=2).stdout
        for command in ("factorize", "reconstruct", "components", "spectrum", "inspect",
                        "generate"):
            self.assertIn(command, overview)
            text = self.succeed(command, "--help", processes=2).stdout
            self.assertEqual(text.count("Usage: tessera"), 1, "printed by one process")
            self.assertIn("--config", text)

    def test_version(self):
        self.assertRegex(self.succeed("--version").stdout, r"^tessera \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main()
