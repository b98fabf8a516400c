#!/usr/bin/python3
"""The same matrix in every format gives the same factors, and what is selected and named arrives."""

import gzip
import json
import unittest

import h5py
import numpy as np

from harness import ProgramTest, low_rank

PROCESS_COUNTS = (1, 3)


def sparse_matrix():
    """40×25 with whole numbers, an empty row and an empty column."""
    generator = np.random.default_rng(7)
    matrix = generator.integers(1, 9, (40, 25)) * (generator.random((40, 25)) < 0.3)
    matrix[5], matrix[:, 3] = 0, 0
    return matrix.astype(np.float32)


def compressed(matrix):
    """data, indices and indptr of the rows."""
    rows, columns = np.nonzero(matrix)
    counts = np.bincount(rows, minlength=matrix.shape[0])
    return matrix[rows, columns], columns, np.concatenate([[0], np.cumsum(counts)])


class Formats(ProgramTest):
    def factors(self, name, *options, processes=1):
        self.succeed("factorize", name, "--rank", 3, "--tolerance", 0, "--max-iterations", 40,
                     "--output", "r.h5", *options, processes=processes)
        return self.read_factors("r.h5")

    def expect_same(self, names, matrix):
        self.write_matrix("reference.h5", matrix)
        w, h, reference = self.factors("reference.h5")
        for name in names:
            for processes in PROCESS_COUNTS:
                with self.subTest(format=name, processes=processes):
                    w2, h2, attributes = self.factors(name, processes=processes)
                    self.assertEqual(attributes["input_fingerprint"],
                                     reference["input_fingerprint"])
                    np.testing.assert_allclose(w2, w, atol=1e-3 * w.max())
                    np.testing.assert_allclose(h2, h, atol=1e-3)

    def write_text(self, name, text):
        (self.folder / name).write_text(text)
        with gzip.open(self.folder / (name + ".gz"), "wt") as file:
            file.write(text)
        return [name, name + ".gz"]

    def test_sparse_ones_agree(self):
        matrix = sparse_matrix()
        data, indices, indptr = compressed(matrix)
        rows = np.repeat(np.arange(40), np.diff(indptr))
        entries = list(zip(rows + 1, indices + 1, data.astype(int)))
        names = self.write_text("a.mtx", "%%MatrixMarket matrix coordinate integer general\n"
                                f"% a comment\n40 25 {len(data)}\n"
                                + "".join(f"{i} {j} {v}\n" for i, j, v in entries))
        names += self.write_text("docword.a.txt", f"40\n25\n{len(data)}\n"
                                 + "".join(f"{i} {j} {v}\n" for i, j, v in entries))
        np.savez(self.folder / "a.npz", format=b"csr", shape=matrix.shape, data=data,
                 indices=indices.astype(np.int32), indptr=indptr.astype(np.int32))
        with h5py.File(self.folder / "a.h5ad", "w") as file:
            group = file.create_group("X")
            group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0",
                                "shape": matrix.shape})
            group["data"], group["indices"], group["indptr"] = data, indices, indptr
        by_column = compressed(matrix.T)
        with h5py.File(self.folder / "columns.h5ad", "w") as file:
            group = file.create_group("X")
            group.attrs.update({"encoding-type": "csc_matrix", "encoding-version": "0.1.0",
                                "shape": matrix.shape})
            group["data"], group["indices"], group["indptr"] = by_column
        self.succeed("import", "a.mtx.gz", "--output", "imported.h5", processes=3)
        self.expect_same(names + ["a.npz", "a.h5ad", "columns.h5ad", "imported.h5"], matrix)

    def test_dense_ones_agree(self):
        matrix = low_rank(40, 25, 4)
        np.save(self.folder / "a.npy", matrix)
        np.save(self.folder / "fortran.npy", np.asfortranarray(matrix))
        np.save(self.folder / "big.npy", matrix.astype(">f4"))
        text = "\n".join(",".join(repr(float(v)) for v in row) for row in matrix) + "\n"
        names = self.write_text("a.csv", text)
        self.succeed("import", "a.npy", "--output", "imported.h5", processes=3)
        self.expect_same(names + ["a.npy", "fortran.npy", "big.npy", "imported.h5"], matrix)

    def test_a_pattern_is_a_matrix_of_ones_without_their_memory(self):
        generator = np.random.default_rng(8)
        rows, columns = np.nonzero(generator.random((3000, 1000)) < 0.3)
        for name, field, value in (("pattern", "pattern", ""), ("ones", "real", " 1.0"),
                                   ("twos", "integer", " 2")):
            lines = "".join(f"{i + 1} {j + 1}{value}\n" for i, j in zip(rows, columns))
            (self.folder / f"{name}.mtx").write_text(
                f"%%MatrixMarket matrix coordinate {field} general\n3000 1000 {len(rows)}\n{lines}")

        def run(name, processes, *options):
            self.succeed("factorize", f"{name}.mtx", "--rank", 3, "--tolerance", 0,
                         "--max-iterations", 5, "--output", "r.h5", "--report", "r.json",
                         "--memory", "fast", *options, processes=processes)
            w, h, _ = self.read_factors("r.h5")
            cost = json.loads((self.folder / "r.json").read_text())["cost"]
            return w, h, cost["predicted_memory_bytes_per_process"]

        for options in ([], ["--loss", "kl"], ["--precision", "float64"], ["--missing", "zeros"]):
            for processes in PROCESS_COUNTS:
                w, h, memory = run("pattern", processes, *options)
                w_of_ones, h_of_ones, _ = run("ones", processes, *options)
                np.testing.assert_array_equal(w, w_of_ones)
                np.testing.assert_array_equal(h, h_of_ones)
                # A is held twice; processes differ by some pages before they read it.
                saved = 2 * (8 if "float64" in options else 4) * len(rows) / processes
                self.assertAlmostEqual(run("twos", processes, *options)[2] - memory, saved,
                                       delta=0.25 * saved)

    def test_storage_and_balance_change_nothing(self):
        matrix = sparse_matrix()
        np.save(self.folder / "a.npy", matrix)
        reference, _, _ = self.factors("a.npy")
        for options in (["--storage", "sparse"], ["--storage", "sparse", "--grid", "2x2"]):
            w, _, _ = self.factors("a.npy", *options, processes=4)
            np.testing.assert_allclose(w, reference, atol=1e-3 * reference.max())
        self.succeed("import", "a.npy", "--storage", "sparse", "--output", "s.h5")
        for balance in ("even", "entries", "permute", "auto"):
            w, _, _ = self.factors("s.h5", "--balance", balance, "--grid", "2x2", processes=4)
            np.testing.assert_allclose(w, reference, atol=1e-3 * reference.max())
            text = self.succeed("inspect", "s.h5", "--balance", balance, processes=4).stdout
            self.assertRegex(text, r'empty rows +1: "5"\nempty columns +1: "3"\n')

    def test_selection_and_transposition(self):
        matrix = sparse_matrix()
        np.save(self.folder / "a.npy", matrix)
        self.succeed("import", "a.npy", "--storage", "sparse", "--output", "s.h5")
        np.save(self.folder / "part.npy", matrix[10:30, 2:20])
        np.save(self.folder / "turned.npy", np.ascontiguousarray(matrix.T[1:20, 4:35]))
        for name in ("a.npy", "s.h5"):
            for processes in PROCESS_COUNTS:
                part = self.factors(name, "--rows", "10:30", "--columns", "2:20",
                                    processes=processes)[2]
                self.assertEqual(part["input_fingerprint"],
                                 self.factors("part.npy")[2]["input_fingerprint"])
                turned = self.factors(name, "--transpose", "--rows", "1:20", "--columns", "4:35",
                                      processes=processes)[2]
                self.assertEqual(turned["input_fingerprint"],
                                 self.factors("turned.npy")[2]["input_fingerprint"])

    def test_names_travel(self):
        matrix = sparse_matrix()
        lines = ["name\t" + "\t".join(f"c{j}" for j in range(25))]
        lines += [f"r{i}\t" + "\t".join(str(int(v)) for v in row) for i, row in enumerate(matrix)]
        (self.folder / "a.tsv").write_text("\n".join(lines) + "\n")
        self.factors("a.tsv", "--rows", "3:30", processes=3)
        with self.open("r.h5") as file:
            self.assertEqual(file["row_names"].asstr()[0], "r3")
            self.assertEqual(list(file["column_names"].asstr()[:2]), ["c0", "c1"])

    def test_duplicates(self):
        (self.folder / "a.mtx").write_text("%%MatrixMarket matrix coordinate real general\n"
                                           "3 3 4\n1 1 2\n2 2 1\n3 1 4\n1 1 3\n")
        for processes in PROCESS_COUNTS:
            self.fail_with(3, "factorize", "a.mtx", "--rank", 1, "--output", "r.h5",
                           processes=processes, says=["a.mtx", "row 0, column 0", "--duplicates"])
            text = self.succeed("inspect", "a.mtx", "--duplicates", "sum", processes=processes)
            self.assertIn("0 to 5", text.stdout)


class GenerateSparse(ProgramTest):
    def test_same_matrix_on_every_count(self):
        fingerprints = set()
        for processes in PROCESS_COUNTS:
            self.succeed("generate", "sparse", "--rows", 300, "--columns", 200, "--density", 0.05,
                         "--skew", 0.6, "--output", "s.h5", processes=processes)
            text = self.succeed("inspect", "s.h5").stdout
            fingerprints.add(next(line for line in text.splitlines() if "fingerprint" in line))
        self.assertEqual(len(fingerprints), 1)


if __name__ == "__main__":
    unittest.main()
