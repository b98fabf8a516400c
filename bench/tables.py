#!/usr/bin/python3
"""Writes what the benchmarks measured into docs/performance.md.

usage: bench/tables.py [build/bench] [--document docs/performance.md]

Replaces what stands in the document between `<!-- table NAME -->` and `<!-- end -->`. NAME is a
table of a JSON file in the folder, as bench/support.py writes it, or one that is put together here
from kernels.json, what Google Benchmark wrote. A table that was not measured stays as it is.
"""

import argparse
import json
import pathlib
import re
import sys

import support

MARKED = re.compile(r"(<!-- table (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
KERNEL = re.compile(r"(?P<kernel>.+)/(?P<precision>float32|float64)/k:(?P<rank>\d+)")

# Table: kernels by the beginning of their names.
KERNEL_TABLES = {
    "kernels_dense": ("multiply/dense", "transposed_multiply/dense", "gram"),
    "kernels_sparse": ("multiply/uniform", "multiply/power-law", "transposed_multiply/uniform",
                       "transposed_multiply/power-law", "scatter", "inner_product"),
    "kernels_divergence": ("kl/",),
    "kernels_update": ("hals", "row_times_gram"),
}


class Kernels:
    """The results of Google Benchmark, by kernel, precision and rank."""

    def __init__(self, content):
        self.entries = {}
        for entry in content["benchmarks"]:
            match = KERNEL.fullmatch(entry["name"])
            if match and not entry.get("error_occurred"):
                key = match["kernel"], match["precision"], int(match["rank"])
                self.entries[key] = entry
        self.ranks = sorted({rank for _, _, rank in self.entries})

    def table_by_rank(self, value):
        """A row of value(kernel, precision, rank) for each kernel and precision that has any."""
        table = support.Table([("kernel", "kernel", ""), ("precision", "precision", ""),
                               *((str(rank), f"k = {rank}", ".2f") for rank in self.ranks)])
        for kernel, precision in dict.fromkeys(key[:2] for key in self.entries):
            values = {str(rank): value(kernel, precision, rank) for rank in self.ranks}
            if any(number is not None for number in values.values()):
                table.rows.append({"kernel": kernel, "precision": precision, **values})
        return table

    def ratios(self, beginnings):
        """To the machine's limit; and the rate at one rank."""
        def value(kernel, precision, rank):
            entry = self.entries.get((kernel, precision, rank))
            return entry["ratio"] if entry and kernel.startswith(beginnings) else None

        table = self.table_by_rank(value)
        table.columns.append(("rate", f"GF/s, k = {support.RANK}", ".1f"))
        for row in table.rows:
            entry = self.entries.get((row["kernel"], row["precision"], support.RANK))
            row["rate"] = entry and entry["flop/s"] / 1e9
        return table

    def rates_over_eigen(self):
        """Our rate in both precisions over Eigen's in float64."""
        def value(kernel, precision, rank):
            ours = self.entries.get((kernel, precision, rank))
            theirs = self.entries.get((f"eigen/{kernel}", "float64", rank))
            return ours["flop/s"] / theirs["flop/s"] if ours and theirs else None
        return self.table_by_rank(value)

    def tables(self):
        yield "kernels_eigen", self.rates_over_eigen()
        for name, beginnings in KERNEL_TABLES.items():
            yield name, self.ratios(beginnings)


def kernel_facts(content):
    """What Google Benchmark and bench_kernels say of the machine."""
    context = content["context"]
    yield "caches", ", ".join(f"L{cache['level']} {cache['size'] // 1024} KiB"
                              for cache in context["caches"] if cache["type"] != "Instruction")
    yield "instruction set", context["instruction_set"]
    yield "OpenBLAS", context["OpenBLAS"]
    for entry in content["benchmarks"]:
        if entry["name"].startswith("limit/"):
            rate = f"{entry['flop/s'] / 1e9:.1f} GF/s on one core"
            yield entry["name"].removeprefix("limit/").replace("_", " ").replace("/", ", "), rate
    yield "kernels measured on", context["date"][:10]


def read_tables(folder):
    """All tables of a folder by name."""
    tables = {}
    facts = {}
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if "context" in content:
            facts |= kernel_facts(content)
            tables |= Kernels(content).tables()
        else:
            tables |= {name: support.Table(**table) for name, table in content["tables"].items()}
            facts |= {name.replace("_", "-"): str(value) for name, value in content.items()
                      if name != "tables"}
    rows = [{"what": name, "value": value} for name, value in facts.items()]
    tables["machine"] = support.Table([("what", "what", ""), ("value", "value", "")], rows)
    return tables


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, nargs="?",
                        default=support.ROOT / "build/bench")
    parser.add_argument("--document", type=pathlib.Path,
                        default=support.ROOT / "docs/performance.md")
    options = parser.parse_args()
    tables = read_tables(options.folder)
    text = options.document.read_text(encoding="utf-8")

    def replace(match):
        table = tables.pop(match["name"], None)
        return match[0] if table is None else f"{match[1]}{table.markdown()}\n{match[3]}"

    options.document.write_text(MARKED.sub(replace, text), encoding="utf-8")
    if tables:
        sys.exit(f"{options.document} has no place for {', '.join(tables)}")


if __name__ == "__main__":
    main()
