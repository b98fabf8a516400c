#!/usr/bin/python3
"""Missing, weighted and held-out entries, and the scores of a result on them, against NumPy."""

import io
import json
import tarfile
import unittest

import h5py
import numpy as np

from harness import DATA, PROCESS_COUNTS, ProgramTest, low_rank

ROWS, COLUMNS, RANK = 40, 25, 3
FLOOR = 2.0 ** -23  # of the mean entry: the least prediction in the logarithm of the divergence


def write_sparse(path, matrix, stored):
    """A Matrix Market file of the places where `stored` is true."""
    rows, columns = np.nonzero(stored)
    lines = [f"{i + 1} {j + 1} {matrix[i, j]:.17g}" for i, j in zip(rows, columns)]
    path.write_text("%%MatrixMarket matrix coordinate real general\n"
                    f"{matrix.shape[0]} {matrix.shape[1]} {len(lines)}\n" + "\n".join(lines) + "\n")


def scores(matrix, model, observed, weights=None, clip=None):
    """The definitions: relative error, RMSE, MAE and mean divergence over what is observed."""
    a = matrix[observed].astype("f8")
    x = model[observed]
    w = np.ones(a.shape) if weights is None else weights[observed]
    relative = np.sqrt(np.sum(w * (a - x) ** 2) / np.sum(w * a ** 2))
    if clip:
        x = np.clip(x, *clip)
    floored = np.maximum(x, FLOOR * np.average(a, weights=w))
    logs = a * np.log(np.where(a > 0, a, 1) / floored)
    return {"entries": a.size, "relative_error": relative,
            "rmse": np.sqrt(np.mean((a - x) ** 2)), "mae": np.mean(np.abs(a - x)),
            "mean_kl": np.mean(logs - a + x)}


class ObservedTest(ProgramTest):
    """A matrix with zeros, what of it is stored, and a result of it."""

    def setUp(self):
        super().setUp()
        generator = np.random.default_rng(5)
        self.matrix = low_rank(ROWS, COLUMNS, RANK).astype("f8")
        self.matrix *= generator.random((ROWS, COLUMNS)) < 0.8
        self.matrix[7] = 0
        self.stored = (self.matrix > 0) & (generator.random((ROWS, COLUMNS)) < 0.6)
        self.stored |= (self.matrix == 0) & (generator.random((ROWS, COLUMNS)) < 0.2)
        self.weights = np.round(3 * generator.random((ROWS, COLUMNS))) / 2
        self.mask = generator.random((ROWS, COLUMNS)) < 0.5
        np.save(self.folder / "a.npy", self.matrix)
        np.save(self.folder / "mask.npy", self.mask.astype("f8"))
        np.save(self.folder / "weights.npy", self.weights)
        write_sparse(self.folder / "a.mtx", self.matrix, self.stored)
        write_sparse(self.folder / "mask.mtx", self.mask.astype("f8"), self.mask)
        write_sparse(self.folder / "weights.mtx", self.weights, self.weights >= 0)
        self.succeed("factorize", "a.npy", "--rank", RANK, "--output", "model.h5", "--precision",
                     "float64", "--max-iterations", 20)
        w, h, _ = self.read_factors("model.h5")
        self.model = w @ h

    def evaluate(self, *arguments, processes=1):
        self.succeed("evaluate", *arguments, "--model", "model.h5", "--report", "e.json",
                     processes=processes)
        return json.loads((self.folder / "e.json").read_text())

    def expect_scores(self, expected, *arguments, process_counts=(4,), without=()):
        for processes in process_counts:
            actual = self.evaluate(*arguments, processes=processes)
            for name, value in expected.items():
                if name in without:
                    self.assertIsNone(actual[name], name)
                else:
                    np.testing.assert_allclose(actual[name], value, rtol=1e-12,
                                               err_msg=f"{name}, {arguments}, {processes}")


class Evaluate(ObservedTest):
    everything = np.ones((ROWS, COLUMNS), bool)

    def test_whole_dense_matrix(self):
        self.expect_scores(scores(self.matrix, self.model, self.everything), "a.npy",
                           process_counts=PROCESS_COUNTS)
        with self.open("model.h5") as file:
            self.assertAlmostEqual(self.evaluate("a.npy")["relative_error"],
                                   file.attrs["relative_error"], 12)

    def test_whole_sparse_matrix_has_no_mae(self):
        matrix = np.where(self.stored, self.matrix, 0)
        expected = scores(matrix, self.model, self.everything)
        for balance in ("entries", "permute"):
            self.expect_scores(expected, "a.mtx", "--balance", balance, without=("mae",))
        self.expect_scores(expected, "a.mtx", "--storage", "dense")
        self.assertRegex(self.succeed("evaluate", "a.mtx", "--model", "model.h5").stdout,
                         r"(?m)^MAE +-$")

    def test_stored_entries(self):
        expected = scores(self.matrix, self.model, self.stored)
        for balance in ("entries", "permute"):
            self.expect_scores(expected, "a.mtx", "--missing", "zeros", "--balance", balance,
                               process_counts=PROCESS_COUNTS)
        self.expect_scores(scores(self.matrix, self.model, self.matrix > 0), "a.npy", "--missing",
                           "zeros")

    def test_what_is_not_nan(self):
        holes = np.where(self.mask, self.matrix, np.nan)
        np.save(self.folder / "holes.npy", holes)
        self.expect_scores(scores(self.matrix, self.model, self.mask), "holes.npy", "--missing",
                           "nan")
        with h5py.File(self.folder / "holes.h5", "w") as file:
            file.create_dataset("X", data=holes, chunks=(7, 6), compression="gzip")
        self.expect_scores(scores(self.matrix, self.model, self.mask), "holes.h5", "--missing",
                           "nan")

    def test_masks_and_entries(self):
        for name in ("mask.npy", "mask.mtx"):
            for option in ("--mask", "--entries"):
                self.expect_scores(scores(self.matrix, self.model, self.mask), "a.npy", option,
                                   name)
                stored = np.where(self.stored, self.matrix, 0)
                self.expect_scores(scores(stored, self.model, self.mask), "a.mtx", option, name,
                                   "--balance", "permute")
                self.expect_scores(scores(self.matrix, self.model, self.mask & self.stored),
                                   "a.mtx", option, name, "--missing", "zeros")

    def test_weights_count_in_the_relative_error(self):
        for name in ("weights.npy", "weights.mtx"):
            self.expect_scores(
                scores(self.matrix, self.model, self.weights > 0, self.weights), "a.npy",
                "--weights", name)

    def test_clipped_predictions(self):
        expected = scores(self.matrix, self.model, self.mask, clip=(0.4, 0.9))
        self.expect_scores(expected, "a.npy", "--mask", "mask.npy", "--clip", "0.4:0.9")
        expected = scores(self.matrix, self.model, self.everything, clip=(-np.inf, 0.9))
        self.expect_scores(expected, "a.npy", "--clip", ":0.9")

    def test_parts_of_a_matrix_and_of_its_mask(self):
        self.succeed("factorize", "a.npy", "--transpose", "--rows", "3:20", "--columns", "5:30",
                     "--rank", RANK, "--output", "model.h5", "--precision", "float64")
        w, h, _ = self.read_factors("model.h5")
        part = np.s_[3:20, 5:30]
        self.expect_scores(
            scores(self.matrix.T[part], w @ h, self.weights.T[part] > 0, self.weights.T[part]),
            "a.npy", "--transpose", "--rows", "3:20", "--columns", "5:30", "--weights",
            "weights.mtx")

    def test_tells_it_in_words(self):
        text = self.succeed("evaluate", "a.npy", "--model", "model.h5").stdout
        expected = scores(self.matrix, self.model, self.everything)
        self.assertIn(f"entries         {ROWS * COLUMNS}\n", text)
        self.assertIn(f"RMSE            {expected['rmse']:.6f}\n", text)
        self.assertIn(f"mean KL         {expected['mean_kl']:.6f}\n", text)

    @unittest.skipUnless(DATA.exists(), f"real data not found in {DATA}")
    def test_ratings(self):
        with tarfile.open(DATA / "ratings/ml100k.tar.gz") as archive:
            train, test = (np.loadtxt(io.BytesIO(archive.extractfile(f"ml-100k/u1.{name}").read()),
                                      dtype=int) for name in ("base", "test"))
        matrices = []
        for name, ratings in (("train.mtx", train), ("test.mtx", test)):
            matrix = np.zeros((943, 1682))
            matrix[ratings[:, 0] - 1, ratings[:, 1] - 1] = ratings[:, 2]
            write_sparse(self.folder / name, matrix, matrix > 0)
            matrices.append(matrix)
        self.succeed("factorize", "train.mtx", "--rank", 10, "--output", "model.h5", "--precision",
                     "float64", "--max-iterations", 30, processes=2)
        w, h, _ = self.read_factors("model.h5")
        for processes in (1, 6):
            self.expect_scores(scores(matrices[1], w @ h, matrices[1] > 0, clip=(1, 5)),
                               "test.mtx", "--missing", "zeros", "--clip", "1:5",
                               process_counts=(processes,))


class Refusals(ObservedTest):
    def refuse(self, code, arguments, says):
        self.fail_with(code, "evaluate", *arguments, "--model", "model.h5", says=says, processes=3)

    def test_models_of_another_shape(self):
        np.save(self.folder / "b.npy", np.ones((ROWS, COLUMNS + 1)))
        self.refuse(3, ("b.npy",), ("b.npy' is 40x26", "model.h5' describes a 40x25"))
        self.refuse(3, ("a.npy", "--transpose"), ("25x40",))
        self.fail_with(3, "evaluate", "a.npy", "--model", "a.npy", says=("a.npy",))

    def test_masks_and_weights_that_are_wrong(self):
        np.save(self.folder / "other.npy", np.ones((COLUMNS, ROWS)))
        np.save(self.folder / "empty.npy", np.zeros((ROWS, COLUMNS)))
        for option in ("--mask", "--weights", "--entries"):
            self.refuse(3, ("a.npy", option, "other.npy"), ("other.npy' is 25x40", "40x25"))
            self.refuse(3, ("a.npy", option, "empty.npy"), ("not a single entry is observed",))
            self.refuse(4, ("a.npy", option, "absent.npy"), ("absent.npy",))
        for value in (-1, np.nan, np.inf):
            wrong = np.ones((ROWS, COLUMNS))
            wrong[9, 4] = value
            np.save(self.folder / "wrong.npy", wrong)
            self.refuse(3, ("a.npy", "--weights", "wrong.npy"), ("wrong.npy", "row 9, column 4"))

    def test_observed_entries_that_are_wrong(self):
        np.save(self.folder / "wrong.npy", np.where(self.mask, self.matrix, np.nan))
        self.refuse(3, ("wrong.npy",), ("--missing nan",))
        self.refuse(3, ("wrong.npy", "--missing", "zeros"), ("NaN or infinite",))

    def test_options_that_do_not_fit_the_file(self):
        self.refuse(2, ("a.mtx", "--missing", "nan"), ("--storage dense",))
        self.refuse(2, ("a.mtx", "--clip", "0:1"), ("--clip", "a.mtx"))
        self.refuse(2, ("a.npy", "--clip", "1:0"), ("--clip takes",))
        self.refuse(2, ("a.npy", "--mask", "mask.npy", "--entries", "mask.npy"), ("--entries",))
        self.fail_with(2, "factorize", "a.mtx", "--rank", 2, "--output", "r.h5", "--holdout", 0.1,
                       says=("--holdout-kind blocks", "--missing zeros"), processes=3)


STEP, EVERY = 0x9e3779b97f4a7c15, 2 ** 64


def mix(x):
    x = ((x ^ (x >> 30)) * 0xbf58476d1ce4e5b9) % EVERY
    x = ((x ^ (x >> 27)) * 0x94d049bb133111eb) % EVERY
    return x ^ (x >> 31)


def key_of(seed, stream):
    return mix((mix((seed + STEP) % EVERY) + stream * STEP) % EVERY)


def hash_of(key, index):
    return mix((key + index * STEP) % EVERY)


def is_below(value, share):
    return (value >> 11) * 2.0 ** -53 < share


def is_held_out(rows, columns, share, seed):
    """The rule of core/holdout.cpp for single entries, written once more."""
    key = key_of(seed, 1)
    return np.array([[is_below(hash_of(hash_of(key, i), j), share) for j in range(columns)]
                     for i in range(rows)])


def held_out_lines(count, stream, share, seed):
    """The same for rows, of stream 2, or columns, of stream 3."""
    return np.array([is_below(hash_of(key_of(seed, stream), at), share) for at in range(count)])


class Holdout(ObservedTest):
    def test_single_entries_are_scored_and_not_seen(self):
        held_out = is_held_out(ROWS, COLUMNS, 0.2, 11)
        everything = np.ones((ROWS, COLUMNS), bool)
        cases = ((("a.npy",), everything, None),
                 (("a.mtx", "--missing", "zeros"), self.stored, None),
                 (("a.npy", "--weights", "weights.mtx"), self.weights > 0, self.weights))
        for processes, (arguments, observed, weights) in zip((4, 6, 3), cases):
            self.succeed("factorize", *arguments, "--loss", "kl", "--rank", RANK, "--output",
                         "r.h5", "--precision", "float64", "--max-iterations", 20, "--holdout",
                         0.2, "--holdout-seed", 11, "--report", "r.json", processes=processes)
            w, h, attributes = self.read_factors("r.h5")
            training = observed & ~held_out
            a, x = self.matrix[training], (w @ h)[training]
            weight = np.ones(a.shape) if weights is None else weights[training]
            loss = np.sum(weight * (a * np.log(np.where(a > 0, a, 1) / np.maximum(x, 1e-300))
                                    - a + x))
            np.testing.assert_allclose(attributes["loss_value"], loss, rtol=1e-9)
            np.testing.assert_allclose(attributes["loss_per_entry"], loss / weight.sum(),
                                       rtol=1e-9)

            scored = json.loads((self.folder / "r.json").read_text())["outcome"]["held_out"]
            expected = scores(self.matrix, w @ h, observed & held_out)
            for name in ("entries", "rmse", "mae"):
                np.testing.assert_allclose(scored[name], expected[name], rtol=1e-12)

    def test_a_floor_raises_what_is_observed(self):
        """The zeros that are missing stay missing; those that are observed, or held out, rise."""
        held_out = is_held_out(ROWS, COLUMNS, 0.2, 11)
        raised = np.maximum(self.matrix, 0.25)
        self.succeed("factorize", "a.mtx", "--missing", "zeros", "--floor", 0.25, "--loss",
                     "itakura-saito", "--rank", RANK, "--output", "r.h5", "--precision", "float64",
                     "--max-iterations", 20, "--holdout", 0.2, "--holdout-seed", 11, "--report",
                     "r.json", processes=3)
        w, h, attributes = self.read_factors("r.h5")
        ratio = (raised / (w @ h))[self.stored & ~held_out]
        np.testing.assert_allclose(attributes["loss_value"], np.sum(ratio - np.log(ratio) - 1),
                                   rtol=1e-9)
        scored = json.loads((self.folder / "r.json").read_text())["outcome"]["held_out"]
        expected = scores(raised, w @ h, self.stored & held_out)
        np.testing.assert_allclose(scored["rmse"], expected["rmse"], rtol=1e-12)

    def test_crossings_of_held_out_rows_and_columns_are_scored_and_not_seen(self):
        """Factors do not depend on A where row and column are held out; there they are scored."""
        crossing = np.outer(held_out_lines(ROWS, 2, 0.3, 2), held_out_lines(COLUMNS, 3, 0.3, 2))
        self.assertTrue(0 < crossing.sum() < crossing.size)
        np.save(self.folder / "b.npy", np.where(crossing, 1 - self.matrix / 4, self.matrix))
        factors = []
        for name, processes in (("a.npy", 4), ("b.npy", 4), ("a.npy", 1)):
            self.succeed("factorize", name, "--rank", RANK, "--output", "r.h5", "--precision",
                         "float64", "--holdout", 0.3, "--holdout-kind", "blocks", "--holdout-seed",
                         2, "--max-iterations", 30, "--report", "r.json", processes=processes)
            w, h, _ = self.read_factors("r.h5")
            factors.append((w, h))
            scored = json.loads((self.folder / "r.json").read_text())["outcome"]["held_out"]
            expected = scores(np.load(self.folder / name), w @ h, crossing)
            for score in ("entries", "rmse", "mae"):
                np.testing.assert_allclose(scored[score], expected[score], rtol=1e-9)
        for other in factors[1:]:
            for one, factor in zip(factors[0], other):
                np.testing.assert_allclose(factor, one, rtol=1e-6, atol=1e-9)


if __name__ == "__main__":
    unittest.main()
