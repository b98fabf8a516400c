#!/usr/bin/python3
"""Every failure: one clear message, the documented exit code, on all processes, and no half file."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import numpy as np

from harness import ProgramTest, low_rank

USAGE, INPUT, IO = 2, 3, 4
PROCESS_COUNTS = (1, 3, 6)  # mpirun needs a second or two to end a failed job


class Failures(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_matrix("a.h5", low_rank(12, 9, 3))

    def refuse(self, code, *arguments, says=()):
        """Fails the same way on every number of processes, and writes nothing."""
        before = self.files()
        for processes in PROCESS_COUNTS:
            self.fail_with(code, *arguments, processes=processes, says=says)
        self.assertEqual(self.files(), before)

    def factorize(self, code, *arguments, says=()):
        self.refuse(code, "factorize", *arguments, "--output", "r.h5", says=says)

    def test_unknown_command(self):
        self.refuse(USAGE, "factorise", says=["did you mean 'factorize'"])

    def test_unknown_option(self):
        self.factorize(USAGE, "a.h5", "--rank", 2, "--tolerence", 0, says=["--tolerance"])

    def test_unknown_key_in_a_configuration_file(self):
        (self.folder / "c.ini").write_text("rank = 2\nalgoritm = hals\n")
        self.factorize(USAGE, "a.h5", "--config", "c.ini", says=["c.ini", "algorithm"])

    def test_wrong_value(self):
        self.factorize(USAGE, "a.h5", "--rank", "two", says=["--rank", "two"])

    def test_missing_rank(self):
        self.factorize(USAGE, "a.h5", says=["--rank"])

    def test_rank_larger_than_the_matrix(self):
        self.factorize(USAGE, "a.h5", "--rank", 10, says=["12x9", "at most 9"])

    def test_grid_that_does_not_fit_the_processes(self):
        self.factorize(USAGE, "a.h5", "--rank", 2, "--grid", "5x7", says=["35 processes"])

    def test_missing_file(self):
        self.factorize(IO, "b.h5", "--rank", 2, says=["b.h5", "No such file"])

    def test_folder_instead_of_a_file(self):
        (self.folder / "b.h5").mkdir()
        self.factorize(IO, "b.h5", "--rank", 2, says=["b.h5"])

    def test_file_that_is_no_matrix(self):
        (self.folder / "b.h5").write_bytes(b"not a matrix at all")
        self.factorize(INPUT, "b.h5", "--rank", 2, says=["b.h5"])

    def test_truncated_file(self):
        content = (self.folder / "a.h5").read_bytes()
        (self.folder / "b.h5").write_bytes(content[:len(content) // 2])
        for processes in PROCESS_COUNTS:
            result = self.run_program("factorize", "b.h5", "--rank", 2, "--output", "r.h5",
                                      processes=processes, timeout=10)
            self.assertIn(result.returncode, (INPUT, IO))
            self.assertIn("b.h5", result.stderr)

    def test_missing_dataset_lists_what_there_is(self):
        self.factorize(INPUT, "a.h5", "--rank", 2, "--dataset", "/counts", says=["/counts", "/X"])

    def test_wrong_dimensionality(self):
        self.write_matrix("b.h5", np.ones(5, np.float32))
        self.factorize(INPUT, "b.h5", "--rank", 2, "--dataset", "/X", says=["/X"])
        self.write_matrix("c.h5", np.ones((2, 3, 4), np.float32))
        self.factorize(INPUT, "c.h5", "--rank", 2, "--dataset", "/X", says=["/X"])

    def test_entries_that_cannot_be_factorized(self):
        for value, text in ((-1.5, "-1.5"), (np.nan, "nan"), (np.inf, "inf")):
            matrix = low_rank(12, 9, 3)
            matrix[7, 5] = matrix[9, 1] = value
            self.write_matrix("b.h5", matrix)
            self.factorize(INPUT, "b.h5", "--rank", 2, says=["row 7, column 5", text, "2 "])

    def test_overflow_of_float32_names_the_remedy(self):
        matrix = low_rank(12, 9, 3).astype(np.float64)
        matrix[3, 2] = 1e300
        self.write_matrix("b.h5", matrix)
        self.factorize(INPUT, "b.h5", "--rank", 2, says=["row 3, column 2", "float64"])

    def test_output_folder_that_does_not_exist(self):
        self.refuse(IO, "factorize", "a.h5", "--rank", 2, "--output", "no/r.h5", says=["no"])

    def test_output_that_is_a_folder(self):
        (self.folder / "results").mkdir()
        self.refuse(IO, "factorize", "a.h5", "--rank", 2, "--output", "results",
                    says=["results", "folder"])

    def test_model_that_is_none(self):
        self.refuse(INPUT, "components", "--model", "a.h5", says=["a.h5"])
        self.refuse(INPUT, "reconstruct", "--model", "a.h5", "--output", "p.h5", says=["a.h5"])

    def test_damaged_model(self):
        self.succeed("factorize", "a.h5", "--rank", 2, "--output", "r.h5")
        with self.open("r.h5") as file:
            offset = file["W"].id.get_offset()
        content = bytearray((self.folder / "r.h5").read_bytes())
        content[offset + 5] ^= 1
        (self.folder / "r.h5").write_bytes(content)
        self.refuse(INPUT, "reconstruct", "--model", "r.h5", "--output", "p.h5",
                    says=["r.h5", "damaged"])

    def test_rows_beyond_the_model(self):
        self.succeed("factorize", "a.h5", "--rank", 2, "--output", "r.h5")
        self.refuse(USAGE, "reconstruct", "--model", "r.h5", "--rows", "5:13", "--output", "p.h5",
                    says=["12"])

    def test_image_shape_that_does_not_fit(self):
        self.succeed("factorize", "a.h5", "--rank", 2, "--output", "r.h5")
        self.refuse(USAGE, "components", "--model", "r.h5", "--image-shape", "2x3", says=["9"])


@unittest.skipUnless(os.geteuid() == 0, "mounting a small file system takes root")
class FullDisk(ProgramTest):
    def test_is_noticed_and_leaves_no_file(self):
        self.write_matrix("a.h5", low_rank(3000, 200, 3))
        with tempfile.TemporaryDirectory(prefix="tessera-full-") as full:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", full], check=True)
            try:
                for processes in PROCESS_COUNTS:
                    self.fail_with(IO, "factorize", "a.h5", "--rank", 50, "--max-iterations", 2,
                                   "--output", f"{full}/r.h5", processes=processes,
                                   says=["r.h5", "No space"])
                    self.assertEqual(list(pathlib.Path(full).iterdir()), [])
            finally:
                subprocess.run(["umount", full], check=True)


if __name__ == "__main__":
    unittest.main()
