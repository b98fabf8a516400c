#!/usr/bin/python3
"""Measures how much memory each process needs to read its share of a large matrix.

usage: bench/read_memory.py [--program build/bin/tessera] [--megabytes 400] [--processes 1 2 4]
                            [--precisions float32 float64] [--formats NAME...] [--folder FOLDER]

Writes the same dense and the same sparse matrix in every format, runs one iteration of rank 1 on
each, which takes little besides reading, and prints the bytes of a process's share in memory (4 or 8
bytes a dense entry, 8 or 12 a sparse one), the peak memory of the largest process beyond what the
program takes for a matrix of one entry, and their ratio. Exits with 1 where a ratio exceeds 3.
"""

import argparse
import gzip
import itertools
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

import support

MEGA = 2**20
MOST = 3.0  # times its share is what reading may take on each process
VALUE_BYTES = {"float32": 4, "float64": 8}
COLUMN_BYTES = 4  # of a sparse entry besides its value
SPARSE_COLUMNS = 20_000
ENTRIES_PER_ROW = 200

# Appends the most memory that a program ever held to a file. Imports little, since a process begins
# with the pages of the one that started it.
RUN_ALONE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL).returncode
with open(sys.argv[1], "a") as file:
    print(1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=file)
sys.exit(code)
"""


class Dense:
    """Small whole numbers, which are short as text; a repeated pattern, which is quick to write."""

    def __init__(self, total_bytes):
        self.columns = 1000
        pattern = np.random.default_rng(1).integers(0, 10, (1000, self.columns))
        self.pattern = pattern.astype(np.float32)
        self.repeats = max(1, total_bytes // VALUE_BYTES["float64"] // self.pattern.size)
        self.rows = self.repeats * len(self.pattern)

    def matrix(self):
        return np.resize(self.pattern, (self.rows, self.columns))

    def write_hdf5(self, path, **storage):
        with h5py.File(path, "w") as file:
            file.create_dataset("X", data=self.matrix(), **storage)

    def write_npy(self, path):
        np.save(path, self.matrix())

    def write_fortran(self, path):
        np.save(path, np.asfortranarray(self.matrix()))

    def write_csv(self, path):
        text = "".join(",".join(str(int(v)) for v in row) + "\n" for row in self.pattern)
        with open(path, "w", encoding="ascii") as file:
            for _ in range(self.repeats):
                file.write(text)

    def bytes(self, precision):
        return self.rows * self.columns * VALUE_BYTES[precision]


class Sparse:
    """Equally many entries in every row, evenly spread."""

    def __init__(self, total_bytes):
        self.rows = total_bytes // (VALUE_BYTES["float64"] + COLUMN_BYTES) // ENTRIES_PER_ROW
        self.entries = self.rows * ENTRIES_PER_ROW

    def columns_of(self, rows):
        """By rising column, one line for each row."""
        step = SPARSE_COLUMNS // ENTRIES_PER_ROW
        return np.arange(ENTRIES_PER_ROW) * step + (rows[:, None] * 7) % step

    def compressed(self):
        indices = self.columns_of(np.arange(self.rows)).astype(np.int32).ravel()
        indptr = np.arange(self.rows + 1) * ENTRIES_PER_ROW
        return (indices % 9 + 1).astype(np.float32), indices, indptr

    def write_h5ad(self, path, by_rows):
        values, indices, indptr = self.compressed()
        if not by_rows:
            order = np.argsort(indices, kind="stable")
            indptr = np.concatenate([[0], np.cumsum(np.bincount(indices,
                                                                minlength=SPARSE_COLUMNS))])
            values, indices = values[order], (order // ENTRIES_PER_ROW).astype(np.int32)
        with h5py.File(path, "w") as file:
            group = file.create_group("X")
            group.attrs.update({"encoding-type": "csr_matrix" if by_rows else "csc_matrix",
                                "encoding-version": "0.1.0",
                                "shape": (self.rows, SPARSE_COLUMNS)})
            for name, array in (("data", values), ("indices", indices), ("indptr", indptr)):
                group.create_dataset(name, data=array, chunks=(min(len(array), 100_000),),
                                     compression="gzip", compression_opts=1)

    def write_npz(self, path):
        values, indices, indptr = self.compressed()
        np.savez(path, format=b"csr", shape=(self.rows, SPARSE_COLUMNS), data=values,
                 indices=indices, indptr=indptr)

    def write_matrix_market(self, file):
        """Lines of equal length, made digit by digit, which is faster than formatting numbers."""
        file.write(b"%%MatrixMarket matrix coordinate integer general\n")
        file.write(b"%d %d %d\n" % (self.rows, SPARSE_COLUMNS, self.entries))
        slab = 5000
        for begin in range(0, self.rows, slab):
            rows = np.arange(begin, min(begin + slab, self.rows))
            columns = self.columns_of(rows).ravel()
            line = np.full((len(columns), 17), ord(" "), np.uint8)
            for at, numbers, digits in ((0, np.repeat(rows, ENTRIES_PER_ROW) + 1, 8),
                                        (9, columns + 1, 5), (15, columns % 9 + 1, 1)):
                for digit in range(digits):
                    line[:, at + digits - 1 - digit] = ord("0") + numbers // 10**digit % 10
            line[:, 16] = ord("\n")
            file.write(line.tobytes())

    def write_plain(self, path):
        with open(path, "wb") as file:
            self.write_matrix_market(file)

    def write_gzip(self, path):
        with gzip.open(path, "wb", compresslevel=1) as file:
            self.write_matrix_market(file)

    def bytes(self, precision):
        return self.entries * (VALUE_BYTES[precision] + COLUMN_BYTES)


FORMATS = {
    "HDF5 contiguous": ("contiguous.h5", Dense, Dense.write_hdf5),
    "HDF5 chunked, gzip": ("chunked.h5", Dense, lambda matrix, path: matrix.write_hdf5(
        path, chunks=(256, 256), compression="gzip", compression_opts=1)),
    "npy, C order": ("c.npy", Dense, Dense.write_npy),
    "npy, Fortran order": ("fortran.npy", Dense, Dense.write_fortran),
    "CSV": ("dense.csv", Dense, Dense.write_csv),
    "h5ad, CSR": ("csr.h5ad", Sparse, lambda matrix, path: matrix.write_h5ad(path, True)),
    "h5ad, CSC": ("csc.h5ad", Sparse, lambda matrix, path: matrix.write_h5ad(path, False)),
    "npz": ("sparse.npz", Sparse, Sparse.write_npz),
    "Matrix Market": ("plain.mtx", Sparse, Sparse.write_plain),
    "Matrix Market, gzip": ("gzip.mtx.gz", Sparse, Sparse.write_gzip),
}


def peak_memory(program, path, precision, processes):
    """Bytes of the largest process, and seconds."""
    start = time.monotonic()
    peaks = path.parent / "peaks"
    command = support.factorize_command(
        program, path, path.parent / "result", processes,
        wrapper=(sys.executable, "-S", "-c", RUN_ALONE, peaks), rank=1, max_iterations=1, threads=1,
        precision=precision)
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(result.stderr)
    numbers = [int(line) for line in peaks.read_text().splitlines()]
    peaks.unlink()
    return max(numbers), time.monotonic() - start


def measure(options, folder):
    one_entry = folder / "one.npy"
    np.save(one_entry, np.ones((1, 1), np.float32))
    baselines = {processes: peak_memory(options.program, one_entry, "float32", processes)[0]
                 for processes in options.processes}

    print(f"{'format':<20} {'precision':<9} {'processes':>9} {'share MB':>9} {'peak MB':>8} "
          f"{'ratio':>6} {'s':>6}")
    worst = 0
    for name in options.formats:
        file_name, kind, write = FORMATS[name]
        matrix = kind(options.megabytes * MEGA)
        path = folder / file_name
        write(matrix, path)
        for precision, processes in itertools.product(options.precisions, options.processes):
            peak, seconds = peak_memory(options.program, path, precision, processes)
            share = matrix.bytes(precision) / processes
            ratio = (peak - baselines[processes]) / share
            worst = max(worst, ratio)
            print(f"{name:<20} {precision:<9} {processes:>9} {share / MEGA:>9.0f} "
                  f"{(peak - baselines[processes]) / MEGA:>8.0f} {ratio:>6.2f} {seconds:>6.1f}"
                  f"{'  too much' if ratio > MOST else ''}", flush=True)
        os.remove(path)
    return 1 if worst > MOST else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=support.ROOT / "build/bin/tessera")
    parser.add_argument("--megabytes", type=int, default=400, help="of the matrix in float64")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--precisions", nargs="+", choices=VALUE_BYTES, default=list(VALUE_BYTES))
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS),
                        metavar="NAME", help=", ".join(FORMATS))
    parser.add_argument("--folder", help="for the files; default: a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="tessera-") as folder:
        return measure(options, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
