"""File systems that fill up, turn read-only or set limits, and files that vanish."""

import contextlib
import os
import resource
import shutil
import subprocess
import time

from killed import is_complete, random_run
from lab import CHECKPOINT, INPUT, IO, OWNER, RESULT, iterations_of


@contextlib.contextmanager
def mounted(folder, *options):
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def remount(folder, option):
    return subprocess.run(["mount", "-o", f"remount,{option}", folder], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def goes_on_elsewhere(lab, random, folder, problem, processes, at_least):
    """What the full or dead place still holds is whole, and enough to go on from."""
    lab.checkpoint_is_whole(folder, at_least)
    with lab.folder() as elsewhere:
        if (folder / CHECKPOINT).exists():
            shutil.copy(folder / CHECKPOINT, elsewhere / CHECKPOINT)
        lab.finishes(elsewhere, problem, processes)


def no_unfinished_file(lab, folder):
    left = [name for name in os.listdir(folder) if name.endswith(".tmp")]
    lab.expect(not left, "orphans", f"files are left: {left}")


def full(lab, random):
    """A small file system, which is full at the first checkpoint, a later one, or never; or which
    somebody else fills during the run."""
    problem, processes, interval = random_run(random)
    size = random.choice((16, 64, 128, 256, 400, 512, 700, 1024, 4096))
    with lab.folder() as outer, mounted(outer / "full", "-o", f"size={size}k") as folder:
        job = lab.start(folder, problem, processes, "--checkpoint-interval", interval)
        if size >= 1024:
            lab.wait_for(job, lambda: (folder / CHECKPOINT).exists())
            time.sleep(random.uniform(0, 0.3))
            with contextlib.suppress(OSError), open(folder / "filler", "wb") as filler:
                filler.write(bytes(size * 1024))
        before = iterations_of(folder / CHECKPOINT) if size >= 1024 else -1
        code = lab.ends(job, {IO, 0}, says=["No space"], seconds=300 if size < 1024 else 30)
        lab.note(f"file system full: exit code {code}")
        no_unfinished_file(lab, folder)
        (folder / "filler").unlink(missing_ok=True)
        if code == 0:
            lab.is_same(folder, problem, processes)
        else:
            goes_on_elsewhere(lab, random, folder, problem, processes, before)


def full_for_result(lab, random):
    """The checkpoints have room, the result has none."""
    problem, processes, _ = random_run(random)
    size = random.choice((4, 16, 40, 64))
    with lab.folder() as folder, mounted(folder / "full", "-o", f"size={size}k") as small:
        job = lab.start(folder, problem, processes, "--output", small / RESULT, "--checkpoint",
                        CHECKPOINT, "--checkpoint-interval", "15it")
        lab.ends(job, {IO}, says=["No space", RESULT], seconds=300)
        lab.expect(not os.listdir(small), "orphans", f"files are left: {os.listdir(small)}")
        lab.expect((folder / CHECKPOINT).exists(), "lost checkpoints", "it went without a result")
        lab.checkpoint_is_whole(folder)
        with lab.folder() as elsewhere:
            if (folder / CHECKPOINT).exists():
                shutil.copy(folder / CHECKPOINT, elsewhere / CHECKPOINT)
            lab.finishes(elsewhere, problem, processes)


def read_only(lab, random):
    """The folder turns read-only in mid-run, or is so from the start."""
    problem, processes, interval = random_run(random)
    with lab.folder() as outer, mounted(outer / "disk") as folder:
        job = lab.start(folder, problem, processes, "--checkpoint-interval", interval)
        if random.random() < 0.7:
            lab.wait_for(job, lambda: (folder / CHECKPOINT).exists())
            time.sleep(random.uniform(0, 0.3))
        else:
            lab.wait_for(job, job.ranks)
        # Refused as long as a file is open for writing, as one is now and then.
        turned = lab.wait_for(job, lambda: remount(folder, "ro"))
        before = iterations_of(folder / CHECKPOINT)
        code = lab.ends(job, {IO, 0} if is_complete(folder) or not turned else {IO},
                        says=["tessera: error: cannot", "r."])
        lab.note(f"read-only in mid-run: exit code {code}")
        remount(folder, "rw")
        goes_on_elsewhere(lab, random, folder, problem, processes, before)


def size_limit(lab, random):
    """One process, or all, may write small files only from some moment on. During a write this
    ends the process by the signal of the limit, SIGXFSZ."""
    problem, processes, interval = random_run(random)
    with lab.folder() as folder:
        job = lab.start(folder, problem, processes, "--checkpoint-interval", interval)
        lab.wait_for(job, lambda: (folder / OWNER).exists())
        time.sleep(random.uniform(0, 0.5))
        before = iterations_of(folder / CHECKPOINT)
        ranks = job.ranks()
        limit = random.choice((0, 4096, 100_000, 500_000))
        for pid in random.choice((ranks, ranks[:1], ranks[-1:])):
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, limit))
        code = lab.ends(job, {IO, 128 + 25, 0} if is_complete(folder) else {IO, 128 + 25})
        lab.note(f"limit of file sizes: exit code {code}")
        if code == IO:
            no_unfinished_file(lab, folder)
        lab.checkpoint_is_whole(folder, before)
        lab.finishes(folder, problem, processes)


def checkpoint_vanishes(lab, random):
    """The next one takes its place."""
    problem, processes, interval = random_run(random)
    with lab.folder() as folder:
        job = lab.start(folder, problem, processes, "--checkpoint-interval", interval)
        lab.wait_for(job, lambda: (folder / CHECKPOINT).exists())
        time.sleep(random.uniform(0, 0.2))
        (folder / CHECKPOINT).unlink(missing_ok=True)
        if lab.ends(job, {0}, seconds=300) == 0:
            lab.is_same(folder, problem, processes)
            lab.expect(os.listdir(folder) == [RESULT], "orphans", f"{os.listdir(folder)}")


def folder_vanishes(lab, random):
    problem, processes, interval = random_run(random)
    with lab.folder() as outer:
        folder = outer / "gone"
        folder.mkdir()
        job = lab.start(outer, problem, processes, "--checkpoint-interval", interval, "--output",
                        folder / RESULT)
        lab.wait_for(job, lambda: (folder / CHECKPOINT).exists())
        time.sleep(random.uniform(0, 0.2))
        while folder.exists():
            shutil.rmtree(folder, ignore_errors=True)
        code = lab.ends(job, {IO}, says=[str(folder)])
        lab.note(f"folder removed: exit code {code}")
        lab.expect(not folder.exists(), "orphans", "the folder is there again")


def owner_vanishes(lab, random):
    """Without the note of whose the checkpoint is, the run must take it for another's."""
    problem, processes, _ = random_run(random)
    with lab.folder() as folder:
        job = lab.start(folder, problem, processes, "--checkpoint-interval", "1it")
        lab.wait_for(job, lambda: (folder / CHECKPOINT).exists())
        before = iterations_of(folder / CHECKPOINT)
        (folder / OWNER).unlink(missing_ok=True)
        lab.ends(job, {IO, 0} if is_complete(folder) else {IO}, says=["another run"])
        lab.checkpoint_is_whole(folder, before)
        lab.finishes(folder, problem, processes)


def input_vanishes(lab, random):
    """Deleted before, while and after it is read."""
    problem, processes, _ = random_run(random)
    with lab.folder() as folder:
        words = lab.words(problem, ["--checkpoint-interval", "10it"])
        shutil.copy(words[1], folder / "a.h5")
        words[1] = folder / "a.h5"
        job = lab.start_with(folder, words, processes)
        seen = random.choice((job.ranks, lambda: (folder / OWNER).exists()))
        lab.wait_for(job, seen)
        time.sleep(random.uniform(0, 0.5))
        (folder / "a.h5").unlink()
        code = lab.ends(job, {0, IO, INPUT}, says=["a.h5"], seconds=300)
        lab.note(f"input deleted: exit code {code}")
        if code == 0:
            lab.is_same(folder, problem, processes)
