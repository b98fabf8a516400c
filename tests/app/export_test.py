#!/usr/bin/python3
"""Results as files of NumPy, tables and AnnData."""

import csv
import importlib.util
import unittest

import h5py
import numpy as np

from harness import ProgramTest, low_rank


class Export(ProgramTest):
    ROWS, COLUMNS = 23, 11

    def factorize(self, *arguments, rank=3):
        matrix = low_rank(self.ROWS, self.COLUMNS, 4)
        self.row_names = [f'r "{row}", ü' for row in range(self.ROWS)]
        self.column_names = [f"c{column};" for column in range(self.COLUMNS)]
        with h5py.File(self.folder / "a.h5ad", "w") as file:
            file["X"] = matrix
            for table, names in (("obs", self.row_names), ("var", self.column_names)):
                group = file.create_group(table)
                group.attrs["_index"] = "_index"
                group["_index"] = np.array(names, dtype=h5py.string_dtype())
        self.succeed("factorize", "a.h5ad", "--rank", rank, "--output", "m.h5", *arguments)
        return self.read_factors("m.h5")

    def export(self, output, *arguments, processes=1):
        before = self.files()
        self.succeed("export", "--model", "m.h5", "--output", output, *arguments,
                     processes=processes)
        return [name for name in self.files() if name not in before]

    def test_npy(self):
        for precision, rank in (("float32", 1), ("float64", 3)):
            w, h, _ = self.factorize("--precision", precision, rank=rank)
            for processes in (1, 2, 3, 6):
                name = f"{precision}{processes}"
                self.assertEqual(self.export(f"{name}.npy", processes=processes),
                                 [f"{name}_H.npy", f"{name}_W.npy"])
                for factor, expected in (("W", w), ("H", h)):
                    actual = np.load(self.folder / f"{name}_{factor}.npy")
                    self.assertEqual(actual.dtype, np.dtype(precision))
                    self.assertTrue(actual.flags.c_contiguous)
                    np.testing.assert_array_equal(actual, expected)

    def read_table(self, name):
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            header, *lines = csv.reader(file)
        return (header, [line[0] for line in lines],
                np.array([[float(field) for field in line[1:]] for line in lines]))

    def test_csv_has_names_and_every_digit(self):
        for precision in ("float32", "float64"):
            w, h, _ = self.factorize("--precision", precision)
            self.assertEqual(self.export(precision, "--format", "csv", processes=3),
                             [f"{precision}_H.csv", f"{precision}_W.csv"])
            components = ["component_0", "component_1", "component_2"]
            header, index, values = self.read_table(f"{precision}_W.csv")
            self.assertEqual((header, index), (["row", *components], self.row_names))
            np.testing.assert_array_equal(values.astype(precision), w)
            header, index, values = self.read_table(f"{precision}_H.csv")
            self.assertEqual((header, index), (["component", *self.column_names], components))
            np.testing.assert_array_equal(values.astype(precision), h)

    def test_h5ad_is_marked_as_anndata_wants(self):
        w, h, attributes = self.factorize("--precision", "float64")
        for processes in (1, 2, 6):
            self.export(f"m{processes}.h5ad", processes=processes)
            with self.open(f"m{processes}.h5ad") as file:
                kinds = {"/": ("anndata", "0.1.0"), "obs": ("dataframe", "0.2.0"),
                         "var": ("dataframe", "0.2.0"), "obsm": ("dict", "0.1.0"),
                         "varm": ("dict", "0.1.0"), "uns": ("dict", "0.1.0"),
                         "uns/nmf": ("dict", "0.1.0"), "obsm/X_nmf": ("array", "0.2.0"),
                         "varm/nmf_components": ("array", "0.2.0"),
                         "obs/_index": ("string-array", "0.2.0"),
                         "uns/nmf/rank": ("numeric-scalar", "0.2.0"),
                         "uns/nmf/loss": ("string", "0.2.0")}
                for place, kind in kinds.items():
                    found = file[place].attrs
                    self.assertEqual((found["encoding-type"], found["encoding-version"]), kind)
                np.testing.assert_array_equal(file["obsm/X_nmf"][:], w)
                np.testing.assert_array_equal(file["varm/nmf_components"][:], h.T)
                self.assertEqual(file["obs/_index"].asstr()[:].tolist(), self.row_names)
                facts = file["uns/nmf"]
                self.assertEqual(facts["rank"][()], 3)
                self.assertEqual(facts["relative_error"][()], attributes["relative_error"])
                self.assertEqual(facts["input_fingerprint"][()], attributes["input_fingerprint"])
                self.assertEqual(facts["configuration"][()].decode(), attributes["configuration"])

    def test_h5ad_is_read_by_anndata(self):
        if importlib.util.find_spec("anndata") is None:
            self.skipTest("there is no anndata")
        import anndata
        w, h, attributes = self.factorize()
        self.export("x.h5ad")
        data = anndata.read_h5ad(self.folder / "x.h5ad")
        self.assertEqual(data.shape, (self.ROWS, self.COLUMNS))
        self.assertIsNone(data.X)
        self.assertEqual(list(data.obs_names), self.row_names)
        self.assertEqual(list(data.var_names), self.column_names)
        np.testing.assert_array_equal(data.obsm["X_nmf"], w)
        np.testing.assert_array_equal(data.varm["nmf_components"], h.T)
        self.assertEqual(data.uns["nmf"]["loss"], "frobenius")
        self.assertEqual(data.uns["nmf"]["relative_error"], attributes["relative_error"])
        data.write_h5ad(self.folder / "again.h5ad")

    def test_numbers_stand_for_names_that_are_not_known(self):
        self.write_matrix("a.h5", low_rank(5, 4, 2))
        self.succeed("factorize", "a.h5", "--rank", 2, "--output", "m.h5")
        self.export("x.csv")
        self.assertEqual(self.read_table("x_W.csv")[1], list("01234"))
        self.assertEqual(self.read_table("x_H.csv")[0], ["component", *"0123"])
        self.export("x.h5ad", processes=2)
        with self.open("x.h5ad") as file:
            self.assertEqual(file["var/_index"].asstr()[:].tolist(), list("0123"))

    def test_a_damaged_result_leaves_nothing(self):
        self.factorize()
        for dataset, formats in (("W", ("npy", "csv", "h5ad")), ("H", ("npy", "h5ad"))):
            with h5py.File(self.folder / "m.h5", "r+") as file:
                kept = file[dataset][0, 0]
                file[dataset][0, 0] = kept + 1
            before = self.files()
            for name in formats:
                self.fail_with(3, "export", "--model", "m.h5", "--output", f"x.{name}", processes=3,
                               says=("m.h5", f"/{dataset} are damaged"))
            self.assertEqual(self.files(), before)
            with h5py.File(self.folder / "m.h5", "r+") as file:
                file[dataset][0, 0] = kept

    def test_wrong_usage(self):
        self.factorize()
        self.fail_with(2, "export", "--model", "m.h5", "--output", "x.txt", says=("--format",))
        self.fail_with(2, "export", "--model", "m.h5", says=("--output",))
        self.fail_with(2, "export", "--model", "m.h5", "--format", "mat", "--output", "x",
                       says=("npy", "h5ad"))
        self.fail_with(2, "export", "--model", "m.h5", "--format", "h5ad", "--output", "m.h5",
                       says=("another name",))
        self.fail_with(3, "export", "--model", "a.h5ad", "--output", "x.npy", processes=2,
                       says=("a.h5ad",))
        self.fail_with(4, "export", "--model", "m.h5", "--output", "no/x.npy", processes=2,
                       says=("no",))


if __name__ == "__main__":
    unittest.main()
