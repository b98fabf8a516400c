#!/usr/bin/python3
"""Text corpora become the matrices that the definitions, and scikit-learn, make of them."""

import collections
import gzip
import json
import math
import re
import tarfile
import unittest

import h5py
import numpy as np

from harness import DATA, ProgramTest

try:
    import sklearn.feature_extraction.text as sklearn_text
except ImportError:
    sklearn_text = None

PROCESS_COUNTS = (1, 2, 3, 6)
TOKEN = re.compile(r"(?u)\b\w\w+\b")


def texts(count=60):
    """Documents with rare and common words, accents, empty ones, and one word alone."""
    generator = np.random.default_rng(5)
    words = [f"word{i}" for i in range(50)] + ["été", "Σοφός", "don't", "U.S.", "日本", "x²", "a"]
    documents = []
    for number in range(count):
        length = generator.integers(0, 30) if number % 7 else 0
        chosen = (len(words) * generator.random(length) ** 2).astype(int)
        documents.append(" ".join(words[i].upper() if i % 3 else words[i] for i in chosen))
    return documents


def tfidf(documents, min_df=1, max_df=math.inf):
    """The formulas word by word: names of the columns and the dense matrix."""
    counts = [collections.Counter(TOKEN.findall(text.lower())) for text in documents]
    frequency = collections.Counter(word for count in counts for word in count)
    names = sorted(word for word, df in frequency.items() if min_df <= df <= max_df)
    matrix = np.zeros((len(documents), len(names)))
    for row, count in enumerate(counts):
        for column, word in enumerate(names):
            idf = math.log((1 + len(documents)) / (1 + frequency[word])) + 1
            matrix[row, column] = count[word] * idf
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return names, matrix / np.where(norms == 0, 1, norms)


class Vectorize(ProgramTest):
    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else text.encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return name

    def vectorize(self, *options, processes=1):
        """What the program prints; the file is out.h5."""
        return self.succeed("vectorize", *options, "--output", "out.h5", processes=processes)

    def read(self, name="out.h5"):
        """Column names, row names and the matrix."""
        with self.open(name) as file:
            x = file["X"]
            matrix = np.zeros(x.attrs["shape"])
            indptr = x["indptr"][:]
            rows = np.repeat(np.arange(len(matrix)), np.diff(indptr))
            for row in range(len(matrix)):
                columns = x["indices"][indptr[row]:indptr[row + 1]]
                self.assertTrue(np.all(np.diff(columns) > 0))
            matrix[rows, x["indices"][:]] = x["data"][:]
            return (list(file["var/_index"].asstr()), list(file["obs/_index"].asstr()), matrix)

    def labels(self):
        with self.open("out.h5") as file:
            group = file["obs/label"]
            categories = list(group["categories"].asstr())
            return [categories[code] if code >= 0 else None for code in group["codes"]]


class Corpora(Vectorize):
    def test_every_kind_of_corpus_gives_the_same_matrix(self):
        documents = texts()
        names, expected = tfidf(documents)
        quote = [text.replace('"', '""') for text in documents]
        self.write("a.txt", "".join(text + "\n" for text in documents))
        self.write("a.txt.gz", "".join(text + "\n" for text in documents))
        self.write("a.jsonl", "".join(json.dumps({"text": text}) + "\n" for text in documents))
        self.write("a.csv", "n,text\n" + "".join(f'{i},"{t}"\n' for i, t in enumerate(quote)))
        for number, text in enumerate(documents):
            self.write(f"folder/{number:03}.txt", text)
        for corpus, counts in (("a.txt", (1, 3)), ("a.txt.gz", PROCESS_COUNTS), ("a.jsonl", (3,)),
                               ("a.csv", (2, 6)), ("folder", PROCESS_COUNTS)):
            for processes in counts:
                with self.subTest(corpus=corpus, processes=processes):
                    text = self.vectorize(corpus, "--precision", "float64",
                                          processes=processes).stdout
                    columns, rows, matrix = self.read()
                    self.assertEqual(columns, names)
                    np.testing.assert_allclose(matrix, expected, atol=1e-14)
                    self.assertEqual(rows[3], "003.txt" if corpus == "folder" else "3")
                    empty = np.count_nonzero(expected.sum(axis=1) == 0)
                    self.assertIn(f"documents       60 ({empty} without any term)", text)
                    self.assertIn(f"terms           {len(names)} of {len(names)}\n", text)

    def test_bounds_and_more_processes_than_documents(self):
        documents = texts(4)
        names, expected = tfidf(documents, 2, 3)
        self.write("a", "\n".join(documents))
        for processes in (1, 6):
            self.vectorize("a", "--min-df", 2, "--max-df", "0.75", "--precision", "float64",
                           processes=processes)
            columns, _, matrix = self.read()
            self.assertEqual(columns, names)
            np.testing.assert_allclose(matrix, expected, atol=1e-14)

    def test_names_and_labels_open_as_anndata_writes_them(self):
        self.write("a.csv", 'id,topic,text\nx1,sport,"goal ""goal""\nwin"\nx2,,tax law\n'
                            "x3,politics,tax cut\n")
        self.vectorize("a.csv", "--name-column", "id", "--label-column", "topic", "--weights",
                       "counts", processes=2)
        columns, rows, matrix = self.read()
        self.assertEqual(rows, ["x1", "x2", "x3"])
        self.assertEqual(columns, ["cut", "goal", "law", "tax", "win"])
        np.testing.assert_array_equal(matrix[0], [0, 2, 0, 0, 1])
        self.assertEqual(self.labels(), ["sport", None, "politics"])
        with self.open("out.h5") as file:
            self.assertEqual(list(file["obs"].attrs["column-order"]), ["label"])
            group = file["obs/label"]
            self.assertEqual(group.attrs["encoding-type"], "categorical")
            self.assertEqual(group.attrs["encoding-version"], "0.2.0")
            self.assertIs(bool(group.attrs["ordered"]), False)
            self.assertEqual(group.attrs["ordered"].dtype, np.bool_)
            self.assertEqual(group["codes"].dtype, np.int8)
            self.assertEqual(group["categories"].attrs["encoding-type"], "string-array")

    def test_stop_words_ngrams_and_most_frequent_terms(self):
        self.write("a", "The tax and the law\nTax law, tax LAW: the cut\ncut the tax\n")
        self.write("stop", "Law's # and s, which is too short\n")
        for processes in (1, 3):
            self.vectorize("a", "--stop-words", "english", "--ngrams", "1:2", "--weights", "counts",
                           processes=processes)
            self.assertEqual(self.read()[0], ["cut", "cut tax", "law", "law cut", "law tax", "tax",
                                              "tax law"])
            self.vectorize("a", "--stop-words", "stop", "--max-features", 2, "--weights", "binary",
                           processes=processes)
            columns, _, matrix = self.read()
            self.assertEqual(columns, ["tax", "the"])
            np.testing.assert_array_equal(matrix, np.ones((3, 2)))

    def test_report_configuration_and_quiet(self):
        self.write("a", "one two\ntwo caf\xe9\n".encode("latin-1"))
        result = self.succeed("vectorize", "a", "--output", "out.h5", "--report", "r.json", "--quiet")
        self.assertEqual((result.stdout, result.stderr), ("", ""))
        report = json.loads((self.folder / "r.json").read_text())
        self.assertEqual((report["documents"], report["terms"], report["repaired_documents"]),
                         (2, 3, 1))
        (self.folder / "again.ini").write_text(report["configuration"])
        self.succeed("vectorize", "--config", "again.ini", "--output", "again.h5")
        self.assertEqual(self.read("again.h5")[0], self.read()[0])
        self.succeed("factorize", "out.h5", "--rank", 1, "--output", "r.h5")


class NewDocuments(Vectorize):
    def write_documents(self, name, documents):
        return self.write(name, "".join(text + "\n" for text in documents))

    def like(self, corpus, earlier, output, processes=1):
        return self.succeed("vectorize", corpus, "--like", earlier, "--output", output, "--precision",
                            "float64", processes=processes)

    def test_weigh_what_they_did_before(self):
        self.write_documents("a", texts())
        for options in ((), ("--weights", "counts", "--case", "keep"),
                        ("--ngrams", "1:2", "--stop-words", "stop", "--sublinear-tf", "--min-df", 2),
                        ("--idf", "plain", "--norm", "l1", "--max-features", 9, "--min-length", 1)):
            self.write("stop", "word1 word2")
            self.vectorize("a", "--precision", "float64", *options, processes=2)
            (self.folder / "stop").unlink()  # the words are in the file
            expected = self.read()
            for processes, earlier in ((1, "out.h5"), (3, "new.h5")):
                with self.subTest(options=options, processes=processes):
                    self.like("a", earlier, "new.h5", processes)
                    columns, _, matrix = self.read("new.h5")
                    self.assertEqual(columns, expected[0])
                    np.testing.assert_array_equal(matrix, expected[2])

    def test_keep_the_columns_and_frequencies_of_the_old_ones(self):
        old = texts()
        new = ["word1 unheard été word2 word2", "", "never seen"] + texts(8)[::-1]
        self.write_documents("old", old)
        self.write_documents("new", new)
        self.vectorize("old", "--precision", "float64")
        names, _ = tfidf(old)
        frequency = collections.Counter(
            word for text in old for word in set(TOKEN.findall(text.lower())))
        counts = np.array([[TOKEN.findall(text.lower()).count(name) for name in names]
                           for text in new])
        idf = np.array([math.log((1 + len(old)) / (1 + frequency[name])) + 1 for name in names])
        expected = counts * idf
        norms = np.linalg.norm(expected, axis=1, keepdims=True)
        for processes in PROCESS_COUNTS:
            text = self.like("new", "out.h5", "new.h5", processes).stdout
            columns, _, matrix = self.read("new.h5")
            self.assertEqual(columns, names)
            np.testing.assert_allclose(matrix, expected / np.where(norms == 0, 1, norms), atol=1e-14)
            unknown = 3 / (counts.sum() + 3)
            self.assertIn(f"terms           {len(names)} as in 'out.h5', which has none for "
                          f"{100 * unknown:.1f} % of the words", text)
            with self.open("new.h5") as file:
                self.assertEqual(list(file["var/documents"]), [frequency[name] for name in names])

    def test_wrong_files_and_options(self):
        self.write_documents("a", texts())
        self.vectorize("a")
        self.fail_with(2, "vectorize", "a", "--like", "out.h5", "--min-df", 2, "--output", "x.h5",
                       says=["--min-df is what 'out.h5' says with --like"])
        self.write("a.csv", "1,2\n")
        self.succeed("import", "a.csv", "--output", "matrix.h5")
        for name in ("a", "matrix.h5"):
            self.fail_with(3, "vectorize", "a", "--like", name, "--output", "x.h5", processes=3,
                           says=["Name a file that tessera vectorize wrote"])
        original = (self.folder / "out.h5").read_bytes()

        def rename(file):
            file["var/_index"][1] = file["var/_index"][0]

        def claim(file):
            file["var/documents"][0] = 61

        def cut(file):
            del file["var/documents"]
            file["var/documents"] = np.ones(3, int)

        def misname(file):
            file["uns/vectorize/settings"][:] = ["case = huge"] * len(file["uns/vectorize/settings"])

        for damage, says in ((rename, "two columns are called"), (claim, "61 of 60 documents"),
                             (cut, "3 int64 values"), (misname, "'huge' for case")):
            with self.subTest(says=says):
                (self.folder / "bad.h5").write_bytes(original)
                with h5py.File(self.folder / "bad.h5", "r+") as file:
                    damage(file)
                self.fail_with(3, "vectorize", "a", "--like", "bad.h5", "--output", "x.h5",
                               processes=3, says=["bad.h5", says])
        self.assertNotIn("x.h5", self.files())


class Encodings(Vectorize):
    def test_bytes_that_are_not_utf8(self):
        self.write("news/a.txt", b"plain words")
        self.write("news/b.txt", b"caf\xe9 \xa35m caf\xe9s")
        expected = {"replace": ["5m", "caf", "plain", "words"],
                    "ignore": ["5m", "caf", "cafs", "plain", "words"],
                    "latin1": ["5m", "café", "cafés", "plain", "words"]}
        for policy, names in expected.items():
            result = self.vectorize("news", "--encoding-errors", policy, processes=3)
            self.assertEqual(self.read()[0], names)
            self.assertIn("1 documents hold bytes that are not UTF-8, the first 'b.txt', byte 4",
                          result.stderr)
        for processes in (1, 3):
            self.fail_with(3, "vectorize", "news", "--encoding-errors", "error", "--output",
                           "n.h5", processes=processes, says=["'b.txt', byte 4 (0xe9)"])
        self.assertNotIn("n.h5", self.files())


class Failures(Vectorize):
    def test_wrong_use_and_wrong_data(self):
        self.write("a.csv", "id,text\n1,one\n2,\"two\n")
        self.write("lines", "one two\n")
        self.write("empty", "")
        with tarfile.open(self.folder / "news.tar.gz", "w:gz") as archive:
            archive.add(self.folder / "lines", "lines")
        out = ("--output", "x.h5")
        for code, words, says in (
                (3, ("a.csv",), "line 3: a quoted field does not end"),
                (2, ("a.csv", "--text-column", "body"), "'id', 'text'"),
                (2, ("lines", "--label-column", "2"), "--label-column is for tables"),
                (2, ("lines", "--min-df", "1.5"), "--min-df takes"),
                (2, ("lines", "--ngrams", "2:1"), "--ngrams takes"),
                (2, ("lines", "--weights", "counts", "--sublinear-tf"), "--weights tfidf"),
                (2, ("lines", "--min-df", "3", "--max-df", "2"), "above --max-df"),
                (3, ("lines", "--min-df", "2"), "none of the 2 terms is left"),
                (4, ("lines", "--stop-words", "absent"), "cannot open 'absent'"),
                (4, ("absent",), "absent"),
                (3, ("empty",), "'empty' is empty"),
                (3, ("news.tar.gz",), "unpack it")):
            with self.subTest(words=words):
                self.fail_with(code, "vectorize", *words, *out, processes=3, says=[says])
        self.assertNotIn("x.h5", self.files())


@unittest.skipUnless((DATA / "text/bbc.tar.gz").exists(), "no real data beside the project")
class RealCorpus(Vectorize):
    def setUp(self):
        super().setUp()
        with tarfile.open(DATA / "text/bbc.tar.gz") as archive:
            archive.extractall(self.folder)

    def compare(self, processes, *options, **settings):
        """The matrix is that of scikit-learn for all of the corpus."""
        self.vectorize("bbc", "--precision", "float64", *options, processes=processes)
        with self.open("out.h5") as file:
            names = list(file["obs/_index"].asstr())
            paths = [self.folder / "bbc" / name for name in names]
            reference = sklearn_text.TfidfVectorizer(
                input="filename", decode_error="replace", token_pattern=r"(?u)\b\w\w+\b",
                **settings)
            expected = reference.fit_transform(paths)
            expected.sort_indices()
            self.assertEqual(list(file["var/_index"].asstr()),
                             list(reference.get_feature_names_out()))
            np.testing.assert_array_equal(file["X/indptr"][:], expected.indptr)
            np.testing.assert_array_equal(file["X/indices"][:], expected.indices)
            np.testing.assert_allclose(file["X/data"][:], expected.data, rtol=1e-12)
        self.assertEqual(self.labels(), [name.split("/")[0] for name in names])

    @unittest.skipIf(sklearn_text is None, "no scikit-learn (Debian: python3-sklearn)")
    def test_is_what_scikit_learn_makes_of_it(self):
        self.compare(3, "--min-df", 3, min_df=3)
        self.compare(2, "--ngrams", "1:2", "--max-df", "0.5", "--min-df", "0.002",
                     "--sublinear-tf", "--norm", "l1", "--idf", "plain", ngram_range=(1, 2),
                     max_df=0.5, min_df=0.002, sublinear_tf=True, norm="l1", smooth_idf=False)
        stop = self.write("stop", "\n".join(sorted(sklearn_text.ENGLISH_STOP_WORDS)))
        self.compare(2, "--stop-words", stop, stop_words="english")

    def test_becomes_topics(self):
        self.vectorize("bbc", "--stop-words", "english", "--min-df", 3, processes=2)
        self.succeed("factorize", "out.h5", "--rank", 5, "--output", "r.h5", processes=2)
        w, h, _ = self.read_factors("r.h5")
        with h5py.File(self.folder / "r.h5") as file:
            terms = file["column_names"].asstr()[:]
        top = [set(terms[np.argsort(-row)[:20]]) for row in h]
        for word in ("labour", "england", "film", "economy", "mobile"):
            self.assertEqual(sum(word in words for words in top), 1, top)
        labels = np.array(self.labels())
        clusters = w.argmax(axis=1)
        pure = sum(np.unique(labels[clusters == c], return_counts=True)[1].max(initial=0)
                   for c in range(5))
        self.assertGreater(pure / len(labels), 0.85)


if __name__ == "__main__":
    unittest.main()
