#!/usr/bin/python3
"""Files from strangers: nothing that they name is opened, nothing that they claim is believed."""

import os
import shutil
import stat
import struct
import subprocess
import unittest

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z

from harness import ProgramTest

INPUT = 3
PROCESS_COUNTS = (1, 3)
SECRET = 4242.0  # stands in a file that only the hostile file names
PLUGIN_FILTER = 32015
ESCAPE = "\x1b[2J\x1b]0;owned\x07"


def with_plugin_filter(file, name, matrix):
    """A chunked dataset with a filter that is not part of HDF5."""
    creation = h5p.create(h5p.DATASET_CREATE)
    creation.set_chunk(matrix.shape)
    creation.set_filter(PLUGIN_FILTER, h5z.FLAG_OPTIONAL)
    dataset = h5d.create(file.id, name.encode(), h5t.IEEE_F32LE,
                         h5s.create_simple(matrix.shape), creation)
    dataset.write(h5s.ALL, h5s.ALL, matrix)


class Hostile(ProgramTest):
    def setUp(self):
        super().setUp()
        self.secret = np.full((12, 9), SECRET, np.float32)
        self.write_matrix("secret.h5", self.secret)
        self.secret.tofile(self.folder / "secret.bin")
        self.write_matrix("a.h5", np.random.default_rng(0).random((12, 9)).astype(np.float32))

    def make(self, name, fill):
        with h5py.File(self.folder / name, "w") as file:
            fill(file)
        return name

    def refuse(self, *arguments, says=()):
        for processes in PROCESS_COUNTS:
            result = self.fail_with(INPUT, *arguments, processes=processes, says=says)
            self.assertNotIn("4242", result.stdout + result.stderr)
        return result


def external_link(file, name, _):
    file[name] = h5py.ExternalLink("secret.h5", "/X")


def soft_link_through_an_external_one(file, name, _):
    file["elsewhere"] = h5py.ExternalLink("secret.h5", "/")
    file[name] = h5py.SoftLink("/elsewhere/X")


def external_storage(file, name, matrix):
    file.create_dataset(name, matrix.shape, matrix.dtype,
                        external=[("secret.bin", 0, matrix.nbytes)])


def virtual_dataset(file, name, matrix):
    layout = h5py.VirtualLayout(matrix.shape, matrix.dtype)
    layout[:] = h5py.VirtualSource("secret.h5", "X", matrix.shape)
    file.create_virtual_dataset(name, layout)


ELSEWHERE = (external_link, soft_link_through_an_external_one, external_storage, virtual_dataset)


class OtherFiles(Hostile):
    def test_an_input_cannot_make_other_files_be_read(self):
        for kind in ELSEWHERE:
            with self.subTest(kind=kind.__name__):
                self.make("h.h5", lambda file: kind(file, "X", self.secret))
                self.refuse("inspect", "h.h5", says=["h.h5", "/X", "--allow-external"])
                self.refuse("factorize", "h.h5", "--rank", 2, "--output", "r.h5",
                            says=["h.h5", "/X", "--allow-external"])

    def test_a_dataset_that_is_named_is_no_exception(self):
        for kind in ELSEWHERE:
            with self.subTest(kind=kind.__name__):
                self.make("h.h5", lambda file: kind(file, "deep/er", self.secret))
                self.refuse("inspect", "h.h5", "--dataset", "/deep/er",
                            says=["h.h5", "/deep/er", "--allow-external"])

    def test_the_user_can_allow_it(self):
        for kind in ELSEWHERE:
            with self.subTest(kind=kind.__name__):
                self.make("h.h5", lambda file: kind(file, "X", self.secret))
                for processes in PROCESS_COUNTS:
                    result = self.succeed("inspect", "h.h5", "--allow-external",
                                          processes=processes)
                    self.assertIn("4242 to 4242", result.stdout)

    def test_parts_of_a_sparse_matrix(self):
        for member in ("data", "indices", "indptr"):
            with self.subTest(member=member):
                def fill(file):
                    group = file.create_group("X")
                    group.attrs["encoding-type"] = "csr_matrix"
                    group.attrs["shape"] = (2, 3)
                    parts = {"data": [1.0, 2.0], "indices": [0, 1], "indptr": [0, 1, 2]}
                    for name, values in parts.items():
                        if name == member:
                            group[name] = h5py.ExternalLink("secret.h5", "/X")
                        else:
                            group[name] = values
                self.make("h.h5", fill)
                self.refuse("inspect", "h.h5", says=["h.h5", member, "--allow-external"])

    def test_names_are_refused_before_anything_is_computed(self):
        def fill(file):
            file["X"] = np.ones((12, 9), np.float32)
            file.create_group("obs").attrs["_index"] = "_index"
            file["obs/_index"] = h5py.ExternalLink("secret.h5", "/X")
        self.make("h.h5", fill)
        self.refuse("factorize", "h.h5", "--rank", 2, "--output", "r.h5",
                    says=["h.h5", "_index", "--allow-external"])

    def test_a_virtual_dataset_beside_the_wanted_one_does_no_harm(self):
        def fill(file):
            file["a"] = np.ones((3, 4), np.float32)
            virtual_dataset(file, "b", self.secret)
        self.make("h.h5", fill)
        self.assertIn("3 x 4", self.succeed("inspect", "h.h5", "--dataset", "a").stdout)
        self.refuse("inspect", "h.h5", says=["/a (3x4)", "/b (12x9)"])


class Models(Hostile):
    def setUp(self):
        super().setUp()
        self.succeed("factorize", "a.h5", "--rank", 3, "--output", "r.h5", "--quiet")

    def change(self, change):
        shutil.copy(self.folder / "r.h5", self.folder / "m.h5")
        with h5py.File(self.folder / "m.h5", "r+") as file:
            change(file)

    def replace(self, name, kind):
        def change(file):
            values = file[name][:]
            attributes = dict(file[name].attrs)
            del file[name]
            with h5py.File(self.folder / "secret.h5", "w") as secret:
                secret["X"] = values
                secret["X"].attrs.update(attributes)
            values.tofile(self.folder / "secret.bin")
            kind(file, name, values)
            if kind in (external_storage, virtual_dataset):
                file[name].attrs.update(attributes)
        self.change(change)

    def test_factors_that_lie_elsewhere(self):
        for name in ("W", "H"):
            for kind in ELSEWHERE:
                with self.subTest(name=name, kind=kind.__name__):
                    self.replace(name, kind)
                    words = ("reconstruct", "--model", "m.h5", "--output", "p.h5")
                    self.refuse(*words, says=["m.h5", f"/{name}", "--allow-external"])
                    if kind is virtual_dataset:
                        self.refuse(*words, "--allow-external", says=["m.h5", f"/{name}", "virtual"])
                        continue
                    for processes in PROCESS_COUNTS:
                        self.succeed(*words, "--allow-external", processes=processes)

    def test_every_command_that_takes_a_model(self):
        self.replace("H", external_link)
        for words in (("transform", "a.h5", "--model", "m.h5", "--output", "t.h5"),
                      ("evaluate", "a.h5", "--model", "m.h5"),
                      ("components", "--model", "m.h5"),
                      ("topics", "--model", "m.h5"),
                      ("export", "--model", "m.h5", "--output", "x.npy"),
                      ("inspect", "m.h5"),
                      ("factorize", "a.h5", "--rank", 3, "--init", "file:m.h5", "--output", "t.h5"),
                      ("factorize", "a.h5", "--rank", 4, "--fix-h", "m.h5", "--output", "t.h5")):
            with self.subTest(words=words[0]):
                self.refuse(*words, says=["m.h5", "/H", "--allow-external"])

    def test_labels(self):
        def annotate(fill):
            with h5py.File(self.folder / "labels.h5ad", "w") as file:
                file["X"] = np.ones((12, 9), np.float32)
                fill(file.create_group("obs"))
        words = ("evaluate", "labels.h5ad", "--model", "r.h5", "--labels", "obs/kind")

        def link(obs):
            obs["kind"] = h5py.ExternalLink("secret.h5", "/X")
        annotate(link)
        self.refuse(*words, says=["labels.h5ad", "obs/kind", "--allow-external"])

        def many(obs):
            labels = obs.create_dataset("kind", (10**12,), "S8", chunks=(1000,))
            labels[0] = b"first"
        annotate(many)
        self.refuse(*words, says=["labels.h5ad", "1000000000000 labels for 12 rows"])

        def many_categories(obs):
            obs["kind/codes"] = np.zeros(12, np.int8)
            names = obs.create_dataset("kind/categories", (10**12,), "S8", chunks=(1000,))
            names[0] = b"first"
        annotate(many_categories)
        self.refuse(*words, says=["labels.h5ad", "1000000000000 categories"])

        def control_characters(obs):
            obs["kind"] = np.array([ESCAPE] * 12, dtype=h5py.string_dtype())
        annotate(control_characters)
        result = self.succeed(*words)
        self.assertNotIn("\x1b", result.stdout)
        self.assertIn("\\x1b[2J", result.stdout)

    def test_history_and_names(self):
        def change(file):
            del file["history"]
            file["history"] = h5py.ExternalLink("secret.h5", "/X")
        self.change(change)
        self.refuse("inspect", "m.h5", says=["m.h5", "/history", "--allow-external"])

        self.change(lambda file: external_link(file, "row_names", None))
        self.refuse("transform", "a.h5", "--model", "m.h5", "--output", "t.h5",
                    says=["m.h5", "/row_names", "--allow-external"])

    def test_the_state_in_a_checkpoint(self):
        words = ("factorize", "a.h5", "--rank", 3, "--output", "t.h5", "--checkpoint", "c.h5")
        self.assertEqual(self.run_program(*words, "--time-limit", 1e-3, "--tolerance", 0,
                                          "--max-iterations", 0).returncode, 75)
        with h5py.File(self.folder / "c.h5", "r+") as file:
            name = sorted(file["solver/w"])[0]
            del file["solver/w"][name]
            external_link(file, f"solver/w/{name}", None)
        self.refuse(*words, "--tolerance", 0, "--max-iterations", 0, "--time-limit", 1,
                    "--resume", "c.h5", says=["c.h5", f"/solver/w/{name}", "--allow-external"])

    def test_claimed_lengths(self):
        def long_history(file):
            kind = file["history"].dtype
            del file["history"]
            table = file.create_dataset("history", (10**12,), kind, chunks=(10,))
            table[0] = np.zeros((), kind)
        self.change(long_history)
        self.refuse("inspect", "m.h5", says=["m.h5", "/history", "1000000000000"])

        def many_rows(file):
            attributes = dict(file["W"].attrs)
            del file["W"]
            w = file.create_dataset("W", (10**12, 3), np.float32, chunks=(1000, 3))
            w[0] = 1
            w.attrs.update(attributes)
            file.attrs["rows"] = np.int64(10**12)
        self.change(many_rows)
        self.refuse("reconstruct", "--model", "m.h5", "--output", "p.h5",
                    says=["m.h5", "/W", "GiB", "available"])

        def many_names(file):
            names = file.create_dataset("row_names", (10**12,), "S8", chunks=(1000,))
            names[0] = b"first"
        self.change(many_names)
        self.refuse("transform", "a.h5", "--model", "m.h5", "--output", "t.h5",
                    says=["m.h5", "/row_names", "1000000000000 names for 12 rows"])

    def test_paths_that_a_result_keeps_are_not_opened(self):
        # Whoever opens this fails, or waits for a writer.
        os.mkfifo(self.folder / "pipe")
        def change(file):
            file.attrs["input"] = "pipe:/X"
            file.attrs["configuration"] = "input = pipe\nmask = pipe\nconfig = pipe\n"
        self.change(change)
        self.succeed("inspect", "m.h5")
        self.succeed("transform", "a.h5", "--model", "m.h5", "--output", "t.h5")
        self.succeed("factorize", "a.h5", "--rank", 3, "--init", "file:m.h5", "--output", "t.h5")


class Plugins(Hostile):
    def plugin_folder(self):
        """A plugin that leaves a mark when it is loaded."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            self.skipTest("no C compiler to make a plugin with")
        folder = self.folder / "plugins"
        folder.mkdir()
        (self.folder / "plugin.c").write_text(
            '#include <stdio.h>\n'
            '__attribute__((constructor)) static void loaded(void) {\n'
            f'  FILE* mark = fopen("{self.folder}/loaded", "w");\n'
            '  if (mark) fclose(mark);\n'
            '}\n')
        subprocess.run([compiler, "-shared", "-fPIC", "-o", folder / "libevil.so",
                        self.folder / "plugin.c"], check=True)
        return folder

    def test_plugins_are_not_loaded_unless_allowed(self):
        # Made first: h5py, too, would load the plugin.
        self.make("h.h5", lambda file: with_plugin_filter(file, "X", self.secret))
        os.environ["HDF5_PLUGIN_PATH"] = str(self.plugin_folder())
        self.addCleanup(os.environ.pop, "HDF5_PLUGIN_PATH")
        self.refuse("inspect", "h.h5", says=["h.h5", "/X", "zstd", "--allow-external"])
        self.assertFalse((self.folder / "loaded").exists())

        result = self.fail_with(INPUT, "inspect", "h.h5", "--allow-external",
                                says=["h.h5", "/X", "cannot undo"])
        self.assertTrue((self.folder / "loaded").exists(), result.stderr)

    def test_filters_of_hdf5_itself_are_no_plugins(self):
        self.make("h.h5", lambda file: file.create_dataset(
            "X", data=self.secret, compression="gzip", shuffle=True, fletcher32=True))
        self.succeed("inspect", "h.h5")


class Sizes(Hostile):
    def test_a_dataset_that_nobody_wrote(self):
        def fill(file):
            file.create_dataset("X", (10**9, 10**8), np.float32, chunks=(100, 100))[0, 0] = 1
        self.make("h.h5", fill)
        self.refuse("inspect", "h.h5", says=["h.h5", "1000000000x100000000", "GiB", "available"])
        small = self.succeed("inspect", "h.h5", "--rows", "0:10", "--columns", "0:20", processes=3)
        self.assertIn("10 x 20", small.stdout)

        self.make("h.h5", lambda file: file.create_dataset("X", (10**9, 10**8), np.float32))
        self.refuse("inspect", "h.h5", says=["h.h5", "no value was ever written"])

    def test_a_dataset_that_ends_behind_its_file(self):
        rows, claimed = 1237, 10**9
        self.make("h.h5", lambda file: file.create_dataset(
            "X", data=np.ones((rows, 7), np.float32)))
        content = (self.folder / "h.h5").read_bytes()
        for true, false in ((struct.pack("<QQ", rows, 7), struct.pack("<QQ", claimed, 7)),
                            (struct.pack("<Q", rows * 28), struct.pack("<Q", claimed * 28))):
            self.assertIn(true, content)
            content = content.replace(true, false)
        (self.folder / "h.h5").write_bytes(content)
        self.refuse("inspect", "h.h5", says=["h.h5", "claims to hold 7000000000 values"])

    def test_sparse_entries_that_nobody_wrote(self):
        def fill(file):
            group = file.create_group("X")
            group.attrs["encoding-type"] = "csr_matrix"
            group.attrs["shape"] = (1, 10**13)
            for name in ("data", "indices"):
                group.create_dataset(name, (10**12,), np.int64, chunks=(1000,))[0] = 1
            group["indptr"] = np.array([0, 10**12])
        self.make("h.h5", fill)
        self.refuse("inspect", "h.h5", says=["h.h5", "GiB", "available"])

    def test_rows_and_columns_that_cost_a_few_bytes(self):
        (self.folder / "h.mtx").write_text(
            "%%MatrixMarket matrix coordinate real general\n1000000000 1000000000 1\n1 1 1.0\n")
        (self.folder / "narrow.mtx").write_text(
            "%%MatrixMarket matrix coordinate real general\n1000000000000 3 1\n1 1 1.0\n")
        self.refuse("inspect", "narrow.mtx", says=["narrow.mtx", "GiB", "available"])
        (self.folder / "wide.mtx").write_text(
            "%%MatrixMarket matrix coordinate real general\n50000 3000000 1\n1 1 1.0\n")
        self.refuse("factorize", "wide.mtx", "--rank", 40000, "--balance", "even",
                    "--output", "r.h5",
                    says=["wide.mtx", "40000 components", "GiB", "available"])
        self.refuse("import", "h.mtx", "--storage", "dense", "--output", "o.h5",
                    says=["h.mtx", "GiB", "available"])

    def test_names_that_nobody_wrote(self):
        def fill(file):
            file["X"] = np.ones((12, 9), np.float32)
            file.create_group("obs").attrs["_index"] = "_index"
            file.create_dataset("obs/_index", (10**12,), "S8", chunks=(1000,))[0] = b"first"
        self.make("h.h5", fill)
        result = self.succeed("import", "h.h5", "--output", "o.h5")
        self.assertIn("1000000000000 for 12", result.stderr)


class Terminals(Hostile):
    def assert_harmless(self, result):
        for text in (result.stdout, result.stderr):
            for character in text:
                self.assertTrue(character in "\n\t" or character.isprintable(), repr(text))

    def test_paths_and_dataset_names(self):
        self.make("h.h5", lambda file: file.create_dataset(ESCAPE, data=np.ones((3, 4))))
        self.assert_harmless(self.succeed("inspect", "h.h5"))
        self.assert_harmless(self.fail_with(INPUT, "inspect", "h.h5", "--dataset", "none"))
        self.assert_harmless(self.run_program("inspect", f"{ESCAPE}.h5"))
        self.assert_harmless(self.run_program("inspect", f"--{ESCAPE}"))

    def test_names_of_rows(self):
        (self.folder / "h.csv").write_text(
            f"name,a{ESCAPE},b\n{ESCAPE},0,0\nx\u009b2J,0,0\n\u202etxt,1,2\n")
        result = self.succeed("inspect", "h.csv")
        self.assertIn("\\x1b[2J", result.stdout)
        self.assert_harmless(result)

    def test_a_name_cannot_pretend_to_be_a_line(self):
        def fill(file):
            file["X"] = np.array([[0, 0], [1, 2]], np.float32)
            file.create_group("obs").attrs["_index"] = "_index"
            file["obs/_index"] = [b"a\nnegative         7", b"b"]
        self.make("h.h5", fill)
        lines = self.succeed("inspect", "h.h5").stdout.splitlines()
        self.assertEqual([line for line in lines if line.startswith("negative")],
                         ["negative         0"])

    def test_texts_of_a_result(self):
        self.succeed("factorize", "a.h5", "--rank", 3, "--output", "r.h5", "--quiet")
        with h5py.File(self.folder / "r.h5", "r+") as file:
            for name in ("input", "algorithm", "version", "stop_reason", "configuration"):
                file.attrs[name] = ESCAPE
        self.assert_harmless(self.succeed("inspect", "r.h5"))
        with h5py.File(self.folder / "r.h5", "r+") as file:
            file.attrs["image_shape"] = ESCAPE
        self.assert_harmless(self.run_program("components", "--model", "r.h5"))

    def test_bytes_that_are_no_utf8(self):
        def fill(file):
            h5d.create(file.id, b"\xff\x9b2J", h5t.IEEE_F32LE, h5s.create_simple((3, 4))).write(
                h5s.ALL, h5s.ALL, np.ones((3, 4), np.float32))
        self.make("h.h5", fill)
        for processes in PROCESS_COUNTS:
            result = self.succeed("factorize", "h.h5", "--rank", 2, "--output", "r.h5",
                                  "--report", "r.json", processes=processes)
            self.assert_harmless(result)


class Temporaries(Hostile):
    def test_modes_are_those_of_fresh_files(self):
        before = os.umask(0o027)
        self.addCleanup(os.umask, before)
        self.succeed("factorize", "a.h5", "--rank", 2, "--output", "r.h5", "--report", "r.json")
        self.succeed("import", "a.h5", "--output", "i.h5")
        for name in ("r.h5", "r.json", "i.h5"):
            mode = stat.S_IMODE((self.folder / name).stat().st_mode)
            self.assertEqual(oct(mode), oct(0o640), name)


if __name__ == "__main__":
    unittest.main()
