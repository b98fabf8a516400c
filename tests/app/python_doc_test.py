#!/usr/bin/python3
"""Runs every code block of docs/python.md, in order, in one folder and one namespace."""

import ast
import contextlib
import importlib.util
import io
import os
import re
import shlex
import unittest

from harness import SOURCE, ProgramTest

PAGE = SOURCE / "docs" / "python.md"


def blocks():
    """(language, code, line) of each fenced block."""
    text = PAGE.read_text(encoding="utf-8")
    for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        yield found.group(1), found.group(2), text.count("\n", 0, found.start()) + 1


class Block:
    """What a block imports, and what it shares with others: Python's names, and files."""

    def __init__(self, language, code):
        self.modules, self.defined, self.used, self.files = set(), set(), set(), set()
        if language == "sh":
            self.files = {word for word in shlex.split(code, comments=True) if "." in word}
            return
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Import):
                self.modules |= {alias.name.split(".")[0] for alias in node.names}
                self.defined |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                self.modules.add(node.module.split(".")[0])
                self.defined |= {alias.asname or alias.name for alias in node.names}
            elif isinstance(node, ast.FunctionDef):
                self.defined.add(node.name)
            elif isinstance(node, ast.Name):
                (self.defined if isinstance(node.ctx, ast.Store) else self.used).add(node.id)
            elif isinstance(node, ast.Constant) and "." in str(node.value):
                self.files.add(str(node.value))

    def missing_modules(self):
        return {name for name in self.modules if importlib.util.find_spec(name) is None}

    def makes(self):
        return self.defined | self.files

    def needs(self):
        return (self.used - self.defined) | self.files


class PythonPage(ProgramTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)

    def run_shell(self, code):
        for line in code.splitlines():
            words = shlex.split(line, comments=True)
            self.assertEqual(words[0], "tessera", line)
            self.succeed(*words[1:], processes=2)

    def run_python(self, code, line, namespace):
        # Errors then name the line of the page.
        compiled = compile("\n" * line + code, str(PAGE), "exec")
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compiled, namespace)  # pylint: disable=exec-used

    def test_every_block_runs(self):
        namespace = {"__name__": "__main__"}
        absent, lost, ran = set(), set(), 0
        for language, code, line in blocks():
            self.assertIn(language, ("sh", "python"), f"line {line}")
            block = Block(language, code)
            with self.subTest(line=line):
                missing = block.missing_modules()
                absent |= missing
                if missing or block.needs() & lost:
                    lost |= block.makes()
                    self.skipTest(f"line {line}: not installed: {', '.join(sorted(absent))}")
                if language == "sh":
                    self.run_shell(code)
                else:
                    self.run_python(code, line, namespace)
                lost -= block.makes()
                ran += 1
        # NumPy and h5py are always there.
        self.assertGreaterEqual(ran, 4)


if __name__ == "__main__":
    unittest.main()
