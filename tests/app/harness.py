"""Runs the program as a user would, on several processes, and reads what it wrote."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy as np

PROGRAM = os.environ["TESSERA_PROGRAM"]
MPIEXEC = os.environ.get("TESSERA_MPIEXEC", "mpirun")
SOURCE = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("TESSERA_DATA", SOURCE.parent / "shared" / "data"))
PROCESS_COUNTS = (1, 2, 3, 4, 6)
SECONDS_TO_FAIL = 10  # every failure must reach the shell within this time


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own, in which the program runs."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tessera-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_program(self, *arguments, processes=1, timeout=120):
        words = [MPIEXEC, "-n", str(processes), PROGRAM, *map(str, arguments)]
        return subprocess.run(words, cwd=self.folder, capture_output=True, text=True,
                              timeout=timeout, check=False)

    def succeed(self, *arguments, processes=1):
        result = self.run_program(*arguments, processes=processes)
        self.assertEqual(result.returncode, 0, result.stderr + result.stdout)
        return result

    def fail_with(self, code, *arguments, processes=1, says=()):
        """The program fails everywhere with this code and one message that contains `says`."""
        result = self.run_program(*arguments, processes=processes, timeout=SECONDS_TO_FAIL)
        self.assertEqual(result.returncode, code, result.stderr)
        messages = [line for line in result.stderr.splitlines()
                    if line.startswith("tessera: error:")]
        self.assertEqual(len(messages), 1, result.stderr)
        for text in says:
            self.assertIn(text, result.stderr)
        return result

    def write_matrix(self, name, matrix, dataset="X"):
        with h5py.File(self.folder / name, "w") as file:
            file[dataset] = matrix
        return name

    def open(self, name):
        return h5py.File(self.folder / name, "r")

    def read_factors(self, name):
        with self.open(name) as file:
            return file["W"][:], file["H"][:], dict(file.attrs)

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())


def low_rank(rows, columns, rank, seed=0):
    generator = np.random.default_rng(seed)
    return (generator.random((rows, rank)) @ generator.random((rank, columns))).astype(np.float32)


def relative_error(matrix, w, h):
    matrix = matrix.astype(np.float64)
    return np.linalg.norm(matrix - w.astype(np.float64) @ h) / np.linalg.norm(matrix)
