#!/usr/bin/python3
"""Processes times threads: the same matrix on more cores, and as much more of it on more.

usage: bench/scaling.py [--processes 1 2 4] [--threads 1 2] [--precisions float32]
                        [--oversubscribe] [--repetitions 5] [--iterations 30]
                        [--data build/bench-data] [--json FILE] [--program build/bin/tessera]

Seconds of a plain HALS iteration on a dense and a sparse matrix, from the 5th to the last, medians
of alternating runs. `strong` takes the whole matrix, `weak` as many rows for each core as there are
when all cores of the largest combination share the matrix. Efficiency is the speed-up over one core
by the number of cores, or, of `weak`, one core's time over the time. Combinations that need more
cores than there are left out unless --oversubscribe is given; cores that do not exist then count as
if they did. First: source scripts/mpi-env
"""

import argparse
import itertools
import os
import pathlib
import statistics

import support


def seconds(options, case, precision, combination, rows):
    processes, threads = combination
    launcher_options = ("--oversubscribe",) if options.oversubscribe else ()
    return support.factorize(
        options.program, case.path, processes, launcher_options=launcher_options, threads=threads,
        rows=f"0:{rows}", precision=precision, max_iterations=options.iterations,
        **support.PLAIN_HALS).seconds_per_iteration


def rows_of(case, kind, cores, most_cores):
    return case.rows if kind == "strong" else case.rows * cores // most_cores


def compare(options, case, precision, kind, combinations):
    """A row for each combination, the first of which is one core."""
    most_cores = max(p * t for p, t in combinations)
    rows = {pair: rows_of(case, kind, pair[0] * pair[1], most_cores) for pair in combinations}
    results = support.alternate(options.repetitions, {
        pair: lambda pair=pair: seconds(options, case, precision, pair, rows[pair])
        for pair in combinations})
    for pair, times in results.items():
        cores = pair[0] * pair[1] if kind == "strong" else 1
        yield {"matrix": case.name, "precision": precision, "kind": kind, "processes": pair[0],
               "threads": pair[1], "rows": rows[pair], "seconds": statistics.median(times),
               "efficiency": support.median_ratio(results[combinations[0]], times) / cores}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    support.add_common_options(parser)
    parser.add_argument("--data", type=pathlib.Path, default=support.ROOT / "build/bench-data")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--precisions", nargs="+", choices=support.PRECISIONS, default=["float32"])
    parser.add_argument("--oversubscribe", action="store_true")
    parser.add_argument("--iterations", type=int, default=30, help="of a run")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    combinations = sorted({(1, 1), *(pair for pair in itertools.product(options.processes,
                                                                        options.threads)
                                     if options.oversubscribe or pair[0] * pair[1] <= cores)})

    table = support.Table([("matrix", "matrix", ""), ("precision", "precision", ""),
                           ("kind", "scaling", ""), ("processes", "processes", "d"),
                           ("threads", "threads", "d"), ("rows", "rows", "d"),
                           ("seconds", "s/iteration", ".4f"), ("efficiency", "efficiency", ".2f")])
    cases = support.generated_cases(options.program, options.data)
    for case, precision, kind in itertools.product(cases, options.precisions, ("strong", "weak")):
        table.rows += compare(options, case, precision, kind, combinations)
    print(f"rank {support.RANK}, medians of {options.repetitions} alternating runs\n{table.text()}")
    support.write_tables(options.json, {"processes_and_threads": table})


if __name__ == "__main__":
    main()
