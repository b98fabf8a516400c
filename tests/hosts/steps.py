"""The transcript: every step with its outcome and its seconds."""

import contextlib
import time


class Failed(Exception):
    """A step found what it must not find."""


class Steps:
    def __init__(self):
        self.begin = time.monotonic()
        self.passed = 0
        self.failed = 0

    @contextlib.contextmanager
    def step(self, text):
        """Prints PASS, or FAIL and why, and goes on. Yields a list to append what was found to."""
        with contextlib.suppress(Failed), self.need(text) as found:
            yield found

    @contextlib.contextmanager
    def need(self, text):
        """The same, but a failure also ends what is around it."""
        begin = time.monotonic()
        found = []
        failure = None
        try:
            yield found
        except Failed as caught:
            failure = caught
        seconds = time.monotonic() - begin
        outcome = "FAIL" if failure else "PASS"
        print(f"{outcome} {seconds:6.1f} s  {text}{': ' if found else ''}{'; '.join(found)}",
              flush=True)
        if failure:
            self.failed += 1
            print("    " + str(failure).replace("\n", "\n    "), flush=True)
            raise failure
        self.passed += 1

    def title(self, text):
        print(f"\n{text}", flush=True)

    def summary(self):
        seconds = time.monotonic() - self.begin
        print(f"\n{self.passed} passed, {self.failed} failed, {seconds:.0f} s", flush=True)
