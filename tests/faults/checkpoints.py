"""Two runs that share a checkpoint, and checkpoints that are no good."""

import time

from killed import random_run
from lab import CHECKPOINT, INPUT, IO, INTERRUPTED, OWNER, iterations_of


def two_runs(lab, random):
    """A second run goes on from the checkpoint while the first is alive: the first must stop and
    say so, and the second be none the worse."""
    problem, processes, interval = random_run(random)
    with lab.folder() as folder:
        stale = lab.start(folder, problem, processes, "--checkpoint-interval", interval)
        lab.wait_for(stale, lambda: (folder / CHECKPOINT).exists())
        time.sleep(random.uniform(0, 0.3))
        owner = (folder / OWNER).read_text() if (folder / OWNER).exists() else ""
        newer = lab.start(folder, problem, processes, "--checkpoint-interval", "3it", "--resume",
                          "auto")
        took_over = lab.wait_for(
            newer, lambda: (folder / OWNER).exists() and (folder / OWNER).read_text() != owner)
        was_running = stale.is_running()
        code = lab.ends(stale, {IO, 0}, says=["another run has taken over"])
        lab.expect(code == IO or not (took_over and was_running) or not stale_could_save(interval),
                   "wrong exits", "the stale run ended well")
        lab.note(f"two runs: the older ends with {code}")
        # Where the older one was through first, its checkpoint may go as the newer one reads it.
        code = lab.ends(newer, {0} if code == IO else {0, IO}, says=[CHECKPOINT], seconds=300)
        lab.is_same(folder, problem, processes)


def stale_could_save(interval):
    return interval == "1it"


def unfinished(lab, folder, problem, processes):
    """A folder with the checkpoint of a run that was stopped after some iterations."""
    job = lab.start(folder, problem, processes, "--time-limit", 1e-9)
    code = job.wait(120)
    if code != INTERRUPTED:
        raise RuntimeError(f"a run with a time limit ended with {code}: {job.text}")
    job.end()


def damaged(lab, random):
    """Cut short, or with a bit turned: it is refused, or what was hit did not matter."""
    problem, processes, _ = random_run(random)
    with lab.folder() as folder:
        unfinished(lab, folder, problem, processes)
        content = bytearray((folder / CHECKPOINT).read_bytes())
        for _ in range(3):
            hurt = bytearray(content)
            how = random.choice(("cut", "bit", "bit", "zeros"))
            at = random.randrange(len(hurt))
            if how == "cut":
                del hurt[at:]
            elif how == "bit":
                hurt[at] ^= 1 << random.randrange(8)
            else:
                hurt[at:at + 512] = bytes(len(hurt[at:at + 512]))
            (folder / CHECKPOINT).write_bytes(hurt)
            job = lab.start(folder, problem, processes, "--resume", "auto")
            code = lab.ends(job, {INPUT, IO} if how == "cut" else {INPUT, IO, 0},
                            says=["tessera: error:", CHECKPOINT], seconds=300)
            lab.note(f"damage ({how}): " + ("refused" if code else "of no effect"))
            if code == 0:
                lab.is_same(folder, problem, processes)


OTHERS = {
    "matrix": (["other.h5"], "fingerprint"),
    "shape": (["short.h5"], "another matrix"),
    "rank": (["--rank", 7], "--rank"),
    "loss": (["--loss", "kl"], "--loss"),
    "precision": (["--precision", "float64"], "--precision"),
    "algorithm": (["--algorithm", "mu"], "--algorithm"),
    "seed": (["--seed", 5], "--seed"),
}


def of_another_run(lab, random):
    processes = random.randint(1, 4)
    with lab.folder() as folder:
        unfinished(lab, folder, "dense", processes)
        before = (folder / CHECKPOINT).read_bytes()
        for name in random.sample(sorted(OTHERS), 3):
            options, says = OTHERS[name]
            words = lab.words("dense", ["--resume", "auto"])
            if name in ("matrix", "shape"):
                words[1] = lab.root / options[0]
            else:
                if options[0] in words:
                    at = words.index(options[0])
                    del words[at:at + 2]
                words += options
            job = lab.start_with(folder, words, processes)
            lab.ends(job, {INPUT}, says=[says, CHECKPOINT])
            lab.expect((folder / CHECKPOINT).read_bytes() == before, "lost checkpoints",
                       "it was changed by a run that refused it")
        lab.finishes(folder, "dense", processes)
