#!/usr/bin/python3
"""From ratings in text to recommendations, and how good their order is, against NumPy."""

import csv
import gzip
import json
import tarfile
import unittest

import numpy as np

from harness import DATA, ProgramTest

PROCESSES = (1, 2, 3, 6)
USERS, ITEMS, RANK = 23, 17, 3


def made_up_ratings():
    """Rows of user, item, rating, time in no order; user 5 and items 4 and 11 have none."""
    generator = np.random.default_rng(3)
    taste = generator.random((USERS, RANK)) @ generator.random((RANK, ITEMS))
    given = generator.random((USERS, ITEMS)) < 0.5
    given[5] = given[:, [4, 11]] = False
    users, items = np.nonzero(given)
    order = generator.permutation(users.size)
    ratings = 1 + np.round(4 * taste[users, items] / taste.max() * 2) / 2
    return [(f"u{users[at]}", items[at] + 1, ratings[at], 1000 + at) for at in order]


def as_dictionary(rows):
    return {(str(user), str(item)): rating for user, item, rating, *_ in rows}


class RatingsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.rows = made_up_ratings()
        self.write_rows("all.tsv", self.rows)
        self.write_rows("train.tsv", self.rows[::2])
        self.write_rows("test.tsv", self.rows[1::2])
        lines = "".join(f"{item + 1}|Film, {item % 9}|x\n" for item in range(ITEMS))
        (self.folder / "items.txt").write_bytes(lines.encode() + b"99|\xc9t\xe9|x\n")

    def write_rows(self, name, rows):
        (self.folder / name).write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))

    def read_import(self, name):
        """The stored ratings by the ids of user and item, and names of the columns."""
        with self.open(name) as file:
            offsets = file["X/indptr"][:]
            users = file["obs/_index"].asstr()[:]
            names = file["var/_index"].asstr()[:]
            items = file["var/id"].asstr()[:] if "var/id" in file else names
            self.assertEqual(tuple(file["X"].attrs["shape"]), (users.size, items.size))
            rows = np.repeat(np.arange(users.size), np.diff(offsets))
            columns, values = file["X/indices"][:], file["X/data"][:]
        return ({(users[i], items[j]): v for i, j, v in zip(rows, columns, values)},
                list(users), list(items), list(names))

    def matrix_of(self, name):
        with self.open(name) as file:
            matrix = np.zeros(file["X"].attrs["shape"])
            rows = np.repeat(np.arange(matrix.shape[0]), np.diff(file["X/indptr"][:]))
            matrix[rows, file["X/indices"][:]] = file["X/data"][:]
        return matrix


class Import(RatingsTest):
    def test_is_the_same_on_any_number_of_processes(self):
        for processes in PROCESSES:
            self.succeed("import", "--ratings", "all.tsv", "--output", "a.h5", processes=processes)
            ratings, users, items, names = self.read_import("a.h5")
            self.assertEqual(ratings, as_dictionary(self.rows))
            self.assertEqual(users, sorted({row[0] for row in self.rows}))
            self.assertEqual(items, [str(item) for item in sorted({row[1] for row in self.rows})])
            self.assertEqual(names, items)

    def test_titles_of_a_catalogue(self):
        with gzip.open(self.folder / "all.csv.gz", "wt") as file:
            file.write("item,when,user,score\n")
            file.writelines(f'{item},{time},"{user}",{rating}\n'
                            for user, item, rating, time in self.rows)
        for processes in (1, 3):
            result = self.succeed("import", "--ratings", "all.csv.gz", "--rating-columns",
                                  "user,item,score", "--items", "items.txt", "--output", "a.h5",
                                  "--precision", "float64", processes=processes)
            self.assertIn("read as Latin-1", result.stderr)
            ratings, _, items, names = self.read_import("a.h5")
            self.assertEqual(ratings, as_dictionary(self.rows))
            self.assertEqual(items, [str(at + 1) for at in range(ITEMS)] + ["99"])
            self.assertEqual(names[0], "Film, 0 [1]")
            self.assertEqual(names[8], "Film, 8")
            self.assertEqual(names[-1], "Été")
        with self.open("a.h5") as file:
            self.assertEqual(list(file["var"].attrs["column-order"]), ["id"])

    def test_numbers_as_another_file_has_them(self):
        self.succeed("import", "--ratings", "all.tsv", "--items", "items.txt", "--output", "a.h5")
        for processes in (1, 6):
            self.succeed("import", "--ratings", "test.tsv", "--like", "a.h5", "--output", "t.h5",
                         processes=processes)
            ratings, *lists = self.read_import("t.h5")
            self.assertEqual(ratings, as_dictionary(self.rows[1::2]))
            self.assertEqual(lists, list(self.read_import("a.h5")[1:]))

        self.write_rows("more.tsv", [("u1", 3, 2, 0), ("new", 3, 5, 0), ("u1", "x", 4, 0)])
        arguments = ("import", "--ratings", "more.tsv", "--like", "a.h5", "--output", "m.h5")
        self.fail_with(3, *arguments, processes=3, says=(
            "more.tsv', line 2: user 'new' is none of 'a.h5', the first of 2 such ratings",
            "--unknown skip"))
        result = self.succeed(*arguments, "--unknown", "skip", processes=3)
        self.assertIn("left out 2 ratings", result.stderr)
        self.assertEqual(self.read_import("m.h5")[0], {("u1", "3"): 2})
        result = self.succeed(*arguments, "--unknown", "skip", "--new-users", processes=3)
        ratings, users, *_ = self.read_import("m.h5")
        self.assertEqual(ratings, {("u1", "3"): 2, ("new", "3"): 5})
        self.assertEqual(users, ["new", "u1"])

    def test_implicit_ratings_add_up(self):
        (self.folder / "clicks.txt").write_text("a x\nb y\na x\n")
        arguments = ("import", "--ratings", "clicks.txt", "--rating-columns", "1,2", "--output",
                     "c.h5")
        self.fail_with(3, *arguments, processes=2, says=("line 3", "on line 1 already"))
        self.succeed(*arguments, "--repeated", "sum", processes=2)
        self.assertEqual(self.read_import("c.h5")[0], {("a", "x"): 2, ("b", "y"): 1})

    def test_refusals(self):
        def refuse(code, *arguments, says):
            self.fail_with(code, "import", *arguments, "--output", "r.h5", processes=2, says=says)
            self.assertNotIn("r.h5", self.files())

        refuse(2, says=("--ratings FILE",))
        refuse(2, "all.tsv", "--ratings", "all.tsv", says=("give one of INPUT",))
        refuse(2, "--ratings", "all.tsv", "--transpose", says=("--transpose is for INPUT",))
        refuse(2, "all.tsv", "--repeated", "sum", says=("--repeated is for --ratings",))
        refuse(2, "--ratings", "all.tsv", "--items", "a", "--like", "b", says=("both say",))
        refuse(2, "--ratings", "all.tsv", "--rating-columns", "1", says=("--rating-columns takes",))
        refuse(4, "--ratings", "absent.tsv", says=("absent.tsv",))
        refuse(4, "--ratings", "all.tsv", "--like", "absent.h5", says=("absent.h5",))
        np.save(self.folder / "nameless.npy", np.ones((2, 2)))
        refuse(3, "--ratings", "all.tsv", "--like", "nameless.npy", says=("has no names",))
        (self.folder / "zero.csv").write_text("a,b,5\na,c,0\x1b\n")
        refuse(3, "--ratings", "zero.csv", says=("zero.csv', line 2", r"\x1b"))


class Recommend(RatingsTest):
    def setUp(self):
        super().setUp()
        self.succeed("import", "--ratings", "all.tsv", "--items", "items.txt", "--output", "a.h5")
        self.succeed("factorize", "a.h5", "--missing", "zeros", "--rank", RANK, "--output", "m.h5",
                     "--max-iterations", 40, "--tolerance", 0)
        self.a = self.matrix_of("a.h5")
        w, h, _ = self.read_factors("m.h5")
        self.scores = w.astype("f8") @ h.astype("f8")
        _, self.users, _, self.titles = self.read_import("a.h5")

    def expected(self, user, top, seen=None):
        row = self.users.index(user)
        order = sorted((column for column in range(self.scores.shape[1])
                        if seen is None or seen[row, column] == 0),
                       key=lambda column: (-self.scores[row, column], column))
        return [(self.titles[column], self.scores[row, column]) for column in order[:top]]

    def test_agrees_with_numpy_on_any_number_of_processes(self):
        asked = ["u3", "u11", "u3"]
        for processes, (top, seen) in zip(PROCESSES, ((4, self.a), (4, None), (100, self.a),
                                                      (6, self.a))):
            arguments = ("--exclude-seen", "a.h5") if seen is not None else ()
            self.succeed("recommend", "--model", "m.h5", "--user", ",".join(asked), "--top", top,
                         "--output", "r.json", *arguments, processes=processes)
            users = json.loads((self.folder / "r.json").read_text())["users"]
            self.assertEqual([one["user"] for one in users], asked)
            for one in users:
                expected = self.expected(one["user"], top, seen)
                self.assertEqual([item["item"] for item in one["items"]],
                                 [title for title, _ in expected])
                np.testing.assert_allclose([item["score"] for item in one["items"]],
                                           [score for _, score in expected], rtol=1e-5)

    def test_tables(self):
        (self.folder / "users.txt").write_text("u3\n\nu11\n")
        text = self.succeed("recommend", "--model", "m.h5", "--users", "users.txt", "--top", 2,
                            "--clip", "1:2", processes=2).stdout
        (first, _), (second, _) = self.expected("u3", 2)
        self.assertTrue(text.startswith(f"user u3\n   1         2  {first}\n"
                                        f"   2         2  {second}\n\nuser u11\n"), text)
        self.succeed("recommend", "--model", "m.h5", "--users", "users.txt", "--top", 2,
                     "--output", "r.csv")
        with open(self.folder / "r.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["item"] for row in rows],
                         [title for user in ("u3", "u11") for title, _ in self.expected(user, 2)])

    def test_models_without_names_and_of_one_component(self):
        np.save(self.folder / "plain.npy", self.a + 1)
        self.succeed("factorize", "plain.npy", "--rank", 1, "--output", "p.h5")
        w, h, _ = self.read_factors("p.h5")
        self.succeed("recommend", "--model", "p.h5", "--user", "2", "--top", 3, "--output",
                     "r.json", processes=6)
        items = json.loads((self.folder / "r.json").read_text())["users"][0]["items"]
        self.assertEqual([item["column"] for item in items],
                         list(np.argsort(-(w[2] @ h), kind="stable")[:3]))
        self.fail_with(3, "recommend", "--model", "p.h5", "--user", "99", processes=2,
                       says=("numbered from 0 to 21", "'99' is none"))

    def test_new_users_are_folded_in(self):
        self.write_rows("new.tsv", [("eve", 1, 5, 0), ("eve", 2, 1, 0)])
        self.succeed("import", "--ratings", "new.tsv", "--like", "a.h5", "--new-users", "--output",
                     "new.h5")
        self.succeed("transform", "new.h5", "--missing", "zeros", "--model", "m.h5", "--output",
                     "weights.h5", processes=2)
        text = self.succeed("recommend", "--model", "weights.h5", "--user", "eve",
                            "--exclude-seen", "new.h5", "--top", 3, processes=2).stdout
        self.assertEqual(len(text.splitlines()), 4)
        self.assertNotIn("[1]", text)

    def test_refusals(self):
        def refuse(code, *arguments, says):
            self.fail_with(code, "recommend", "--model", "m.h5", *arguments, processes=3, says=says)

        refuse(2, says=("say for whom",))
        refuse(2, "--user", "u3", "--users", "f", says=("say for whom",))
        refuse(2, "--user", "u3", "--output", "r.txt", says=(".csv or .json",))
        refuse(3, "--user", "u3,v11", says=("no row named 'v11'; did you mean 'u11'?",))
        refuse(4, "--users", "absent.txt", says=("absent.txt",))
        np.save(self.folder / "other.npy", np.ones((2, 2)))
        refuse(3, "--user", "u3", "--exclude-seen", "other.npy", says=("other.npy' is 2x2",))
        self.write_rows("other.tsv", [(f"v{row[0]}", *row[1:]) for row in self.rows])
        self.succeed("import", "--ratings", "other.tsv", "--items", "items.txt", "--output", "o.h5")
        refuse(3, "--user", "u3", "--exclude-seen", "o.h5", says=("row 0 is 'vu0' instead of 'u0'",))


def ranking_quality(scores, test, train, at, least):
    """Means of precision, recall and NDCG over users, written from the definitions."""
    sums = []
    for row, entries in enumerate(test):
        relevant = {column for column in np.nonzero((entries > 0) & (entries >= least))[0]
                    if train[row, column] == 0}
        if not relevant:
            continue
        ranked = sorted((column for column in range(test.shape[1]) if train[row, column] == 0),
                        key=lambda column, row=row: (-scores[row, column], column))[:at]
        hits = [column in relevant for column in ranked]
        gains = 1 / np.log2(np.arange(2, at + 2))
        sums.append((sum(hits) / at, sum(hits) / len(relevant),
                     np.sum(gains[:len(hits)] * hits) / gains[:len(relevant)].sum()))
    return len(sums), dict(zip(("precision", "recall", "ndcg"), np.mean(sums, axis=0)))


class Ranking(RatingsTest):
    def setUp(self):
        super().setUp()
        self.succeed("import", "--ratings", "all.tsv", "--output", "all.h5")
        for name in ("train", "test"):
            self.succeed("import", "--ratings", f"{name}.tsv", "--like", "all.h5", "--output",
                         f"{name}.h5")
        self.succeed("factorize", "train.h5", "--rank", RANK, "--output", "m.h5")
        w, h, _ = self.read_factors("m.h5")
        self.scores = w.astype("f8") @ h.astype("f8")
        self.test, self.train = self.matrix_of("test.h5"), self.matrix_of("train.h5")

    def evaluate(self, *arguments, processes):
        self.succeed("evaluate", "test.h5", "--model", "m.h5", "--report", "e.json", *arguments,
                     processes=processes)
        return json.loads((self.folder / "e.json").read_text())["ranking"]

    def test_agrees_with_the_definitions(self):
        popularity = np.tile((self.train > 0).sum(axis=0), (self.train.shape[0], 1))
        for processes, (at, least) in zip(PROCESSES, ((3, 0), (5, 3), (50, 4), (5, 3))):
            ranking = self.evaluate("--missing", "zeros", "--precision-at", at, "--exclude-seen",
                                    "train.h5", "--relevant", least, processes=processes)
            for scores, kind in ((self.scores, "model"), (popularity, "most_popular")):
                rows, expected = ranking_quality(scores, self.test, self.train, at, least)
                self.assertEqual(ranking["rows"], rows)
                for name, value in expected.items():
                    self.assertAlmostEqual(ranking[kind][name], value, 12, (kind, name, at))

    def test_without_what_was_seen_there_is_no_popularity(self):
        nothing = np.zeros(self.train.shape)
        ranking = self.evaluate("--precision-at", 4, processes=2)
        rows, expected = ranking_quality(self.scores, self.test, nothing, 4, 0)
        self.assertEqual(ranking["rows"], rows)
        self.assertAlmostEqual(ranking["model"]["precision"], expected["precision"], 12)
        self.assertIsNone(ranking["most_popular"])
        self.assertIsNone(self.evaluate(processes=1))

    def test_transposed_test_and_training_files(self):
        for name, matrix in (("test", self.test), ("train", self.train)):
            np.save(self.folder / f"{name}.npy", matrix.T)
        self.succeed("evaluate", "test.npy", "--transpose", "--model", "m.h5", "--report", "e.json",
                     "--precision-at", 4, "--exclude-seen", "train.npy", processes=3)
        ranking = json.loads((self.folder / "e.json").read_text())["ranking"]
        _, expected = ranking_quality(self.scores, self.test, self.train, 4, 0)
        self.assertAlmostEqual(ranking["model"]["ndcg"], expected["ndcg"], 12)

    def test_refusals(self):
        self.fail_with(2, "evaluate", "test.h5", "--model", "m.h5", "--relevant", 4, processes=2,
                       says=("give --precision-at",))
        self.write_rows("other.tsv", [(f"v{row[0]}", *row[1:]) for row in self.rows])
        self.succeed("import", "--ratings", "other.tsv", "--output", "other.h5")
        for arguments in (("other.h5",), ("test.h5", "--precision-at", 3, "--exclude-seen",
                                          "other.h5")):
            self.fail_with(3, "evaluate", *arguments, "--model", "m.h5", processes=2,
                           says=("rows are not those of the model", "row 0 is 'vu0'"))


@unittest.skipUnless(DATA.exists(), f"real data not found in {DATA}")
class MovieLens(ProgramTest):
    def test_from_the_archive_to_recommendations(self):
        with tarfile.open(DATA / "ratings/ml100k.tar.gz") as archive:
            for name in ("u1.base", "u1.test", "u.item"):
                data = archive.extractfile(f"ml-100k/{name}").read()
                (self.folder / name).write_bytes(data)
        self.succeed("import", "--ratings", "u1.base", "--items", "u.item", "--output", "train.h5",
                     processes=2)
        self.succeed("import", "--ratings", "u1.test", "--like", "train.h5", "--output", "test.h5")
        with self.open("train.h5") as file:
            self.assertEqual(tuple(file["X"].attrs["shape"]), (943, 1682))
            self.assertEqual(file["var/_index"].asstr()[0], "Toy Story (1995)")
            self.assertIn("Misérables, Les (1995)", set(file["var/_index"].asstr()[:]))
        self.succeed("factorize", "train.h5", "--missing", "zeros", "--rank", 20, "--l2-per-entry",
                     0.12, "--max-iterations", 60, "--tolerance", 0, "--output", "m.h5",
                     processes=2)
        self.succeed("evaluate", "test.h5", "--missing", "zeros", "--model", "m.h5", "--clip",
                     "1:5", "--report", "e.json", processes=2)
        scores = json.loads((self.folder / "e.json").read_text())
        self.assertEqual(scores["entries"], 20000)
        self.assertLess(scores["rmse"], 0.94)

        self.succeed("factorize", "train.h5", "--rank", 20, "--max-iterations", 60, "--tolerance", 0,
                     "--output", "top.h5", processes=2)
        self.succeed("evaluate", "test.h5", "--model", "top.h5", "--precision-at", 10, "--relevant",
                     4, "--exclude-seen", "train.h5", "--report", "e.json", processes=2)
        ranking = json.loads((self.folder / "e.json").read_text())["ranking"]
        self.assertGreater(ranking["model"]["precision"], ranking["most_popular"]["precision"])
        text = self.succeed("recommend", "--model", "top.h5", "--user", "1,100", "--exclude-seen",
                            "train.h5", processes=2).stdout
        self.assertEqual(len(text.splitlines()), 23)


if __name__ == "__main__":
    unittest.main()
