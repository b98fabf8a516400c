#!/usr/bin/python3
"""Text to TF-IDF beside scikit-learn's TfidfVectorizer.

usage: bench/vectorize.py [--corpus FOLDER] [--copies 40] [--ngrams 1:2] [--processes 1 2]
                          [--repetitions 3] [--program build/bin/tessera]

The corpus is a folder of .txt files; not given, BBC news of the real data beside the project. It is
measured as it is, and once more as a file with a document a line, which repeats it --copies times,
every copy with words of its own so that the vocabulary grows, too. Both sides read and decode the
same files, drop terms that fewer than 3 documents hold, and give float32. scikit-learn keeps the
matrix in memory; tessera's time also has starting mpirun and writing the compressed file. Runs
alternate, and the matrices are compared. Medians are printed, with the load of the machine; where
others compute beside it, the processor time of all processes together tells more.
First: source scripts/mpi-env
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tarfile
import tempfile
import time

import h5py
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

ROOT = pathlib.Path(__file__).resolve().parents[1]
MIN_DF = 3
TOLERANCE = 1e-6  # of values in float32 that are at most 1


def documents_of(corpus):
    """The texts in the order in which tessera takes them."""
    if corpus.is_dir():
        paths = sorted(corpus.rglob("*.txt"), key=lambda path: os.fsencode(path.relative_to(corpus)))
        return [path.read_bytes() for path in paths]
    return corpus.read_bytes().split(b"\n")[:-1]


class Timer:
    """Seconds by the clock, and of processor time, of this process and of those it has waited for."""

    def __init__(self):
        self.start = self.now()

    @staticmethod
    def now():
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return np.array([time.monotonic(), sum(u.ru_utime + u.ru_stime for u in used)])

    def seconds(self):
        return self.now() - self.start


def run_sklearn(corpus, ngrams):
    """Seconds, the columns' names and the matrix."""
    timer = Timer()
    lengths = tuple(int(length) for length in ngrams.split(":"))
    vectorizer = TfidfVectorizer(decode_error="replace", min_df=MIN_DF, dtype=np.float32,
                                 ngram_range=lengths)
    matrix = vectorizer.fit_transform(documents_of(corpus))
    return timer.seconds(), (vectorizer, matrix)


def run_tessera(options, corpus, output, processes):
    command = ["mpirun", "-n", processes, options.program, "vectorize", corpus, "--min-df", MIN_DF,
               "--ngrams", options.ngrams, "--output", output, "--quiet"]
    timer = Timer()
    result = subprocess.run([str(word) for word in command], check=False)
    seconds = timer.seconds()
    if result.returncode != 0:
        sys.exit(f"tessera failed on {corpus}")
    return seconds


def require_same(output, vectorizer, matrix):
    matrix.sort_indices()
    with h5py.File(output) as file:
        same = (np.array_equal(file["var/_index"].asstr()[:], vectorizer.get_feature_names_out())
                and np.array_equal(file["X/indptr"][:], matrix.indptr)
                and np.array_equal(file["X/indices"][:], matrix.indices)
                and np.abs(file["X/data"][:] - matrix.data).max() <= TOLERANCE)
    if not same:
        sys.exit("the matrices differ")


def compare(name, corpus, options, folder):
    sklearn_seconds = []
    tessera_seconds = {processes: [] for processes in options.processes}
    output = folder / "out.h5"
    for _ in range(options.repetitions):
        seconds, expected = run_sklearn(corpus, options.ngrams)
        sklearn_seconds.append(seconds)
        for processes in options.processes:
            tessera_seconds[processes].append(run_tessera(options, corpus, output, processes))
        require_same(output, *expected)
        del expected
    print(f"{name}, load {os.getloadavg()[0]:.1f}")
    reference = np.median(sklearn_seconds, axis=0)
    print(f"  {'':<22} {'seconds':>9} {'ratio':>7} {'processor':>11} {'ratio':>7}")
    print(f"  {'scikit-learn':<22} {reference[0]:>9.2f} {'':>7} {reference[1]:>11.2f}")
    for processes, runs in tessera_seconds.items():
        median = np.median(runs, axis=0)
        ratio = reference / median
        print(f"  {f'tessera, -n {processes}':<22} {median[0]:>9.2f} {ratio[0]:>7.1f} "
              f"{median[1]:>11.2f} {ratio[1]:>7.1f}", flush=True)


def write_copies(corpus, copies, path):
    documents = [text.replace(b"\r", b" ").replace(b"\n", b" ") for text in documents_of(corpus)]
    with open(path, "wb") as file:
        for copy in range(copies):
            for number, text in enumerate(documents):
                file.write(text + b" rare%dx%d\n" % (copy, number // 4))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=pathlib.Path)
    parser.add_argument("--copies", type=int, default=40)
    parser.add_argument("--ngrams", default="1:1", help="two lengths, as 1:2")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/bin/tessera")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tessera-") as name:
        folder = pathlib.Path(name)
        if options.corpus is None:
            with tarfile.open(ROOT.parent / "shared/data/text/bbc.tar.gz") as archive:
                archive.extractall(folder)
            options.corpus = folder / "bbc"
        compare(f"{options.corpus.name}, a folder", options.corpus, options, folder)
        copies = folder / "copies.txt"
        write_copies(options.corpus, options.copies, copies)
        compare(f"{options.copies} copies, {copies.stat().st_size / 1e6:.0f} MB, a document a line",
                copies, options, folder)


if __name__ == "__main__":
    main()
