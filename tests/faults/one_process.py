"""What befalls one process only: an input that it sees otherwise than the rest, and too little
memory."""

import re

from job import after
from killed import random_run
from lab import INPUT, IO, PROBLEMS, RESULT


def other_input(lab, random):
    """In a mount namespace of its own, one process finds no file, a shortened one, one of another
    shape, or something else in the input's place."""
    problem = random.choice(("dense", "sparse"))
    processes = random.randint(2, 4)
    rank = random.randrange(processes)
    seen = lab.root / PROBLEMS[problem][0]
    instead = random.choice(("empty", "absent", "short", "truncated", "noise"))
    with lab.folder() as folder:
        words = lab.words(problem, [])
        if instead == "absent":
            (folder / "data").mkdir()
            (folder / "nothing").mkdir()
            (folder / "data" / "a.h5").write_bytes(seen.read_bytes())
            words[1] = folder / "data" / "a.h5"
            command = f"mount --bind '{folder}/nothing' '{folder}/data'"
        else:
            other = folder / "other"
            content = seen.read_bytes()
            other.write_bytes({
                "empty": b"", "noise": bytes(random.randbytes(5000)),
                "short": (lab.root / "short.h5").read_bytes(),
                "truncated": content[:random.randrange(len(content))]}[instead])
            command = f"mount --bind '{other}' '{seen}'"
        alone = ["unshare", "--mount", "--propagation", "private", *after(command)]
        job = lab.start_with(folder, words, processes, (rank, alone))
        # What is cut off may be of no concern to a process.
        code = lab.ends(job, {INPUT, IO, *([0] if instead == "truncated" else [])},
                        says=["tessera: error:"])
        lab.note(f"input {instead} on process {'0' if rank == 0 else '> 0'}: exit code {code}")
        if code == 0:
            lab.is_same(folder, problem, processes)
        else:
            lab.expect(not (folder / RESULT).exists(), "wrong exits", "there is a result")


def memory(lab, random):
    """One process may use so little address space that it fails at some step of the start, of
    reading or of the work. (With still less OpenBLAS never returns from being loaded.)"""
    processes = random.randint(1, 4)
    rank = random.randrange(processes)
    limit = random.choice((220, 300, *range(400, 700, 5)))
    with lab.folder() as folder:
        words = lab.words("dense", [])
        words[1] = lab.root / "large.h5"
        words[words.index("--max-iterations") + 1] = 3
        job = lab.start_with(folder, words, processes, (rank, after(f"ulimit -v {limit * 1024}")))
        code = lab.ends(job, set(range(256)), seconds=60)
        if code == 0:
            lab.note("enough memory")
        elif code is not None:
            lab.expect(bool(lab.text.strip()), "wrong exits", "no message")
            ours = re.search(r"tessera: error: (.*)", lab.text)
            lab.note("out of memory: " + (re.sub(r"[\d.]+", "N", ours[1])[:90] if ours
                                          else "within MPI, HDF5 or the start"))
            lab.expect(not (folder / RESULT).exists(), "wrong exits", "there is a result")
