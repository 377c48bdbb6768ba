"""Attack the product: mutated pictures, kills at random moments, flipped and forged model files.

    python -m benchmarks.attack                                  1,000 pictures, 10 kills, 50 model files
    python -m benchmarks.attack --pictures 10000 --kills 100     at full size: hours on two cores

It makes its own inputs from a seed and ends with a table. What must never happen: a traceback, a hang, a title lost, a
process left over, a run that ends otherwise than an undisturbed one. The exit status is the number of such faults.
"""

import argparse
import contextlib
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

EXPERIMENT = """
title = "Attacked"
[target]
name = "multilabel"
min_support = 10
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
colour = ["brightness"]
both = ["metadata", "brightness"]
[[grid]]
models = ["rf"]
parameters = { n_estimators = [20, 30] }
"""
KINDS = ("JPEG", "PROGRESSIVE", "PNG", "PALETTE", "GIF", "WEBP", "BMP", "TIFF")
MOST_MEMORY = 2 * 2**30  # bytes of one command
LOAD = (
    "import sys\nfrom pathlib import Path\nfrom genrelab.models.file import ModelFileError, load_model\n"
    "for path in sorted(Path(sys.argv[1]).glob('*/model.joblib')):\n"
    "    try:\n        load_model(path); print('loaded', flush=True)\n"
    "    except ModelFileError as fault:\n        named = str(path.parent) in str(fault)\n"
    "        print('refused' if named else 'no name', flush=True)\n"
)


def picture(kind: str, rng: random.Random) -> bytes:
    """A sound small picture of one format."""
    pixels = np.random.default_rng(rng.getrandbits(32)).integers(0, 256, (48, 32, 3), dtype=np.uint8)
    image, sink = Image.fromarray(pixels), io.BytesIO()
    if kind == "PROGRESSIVE":
        image.save(sink, "JPEG", progressive=True)
    elif kind == "PALETTE":
        image.convert("P").save(sink, "PNG", transparency=0)
    else:
        image.save(sink, kind)
    return sink.getvalue()


def mutate(content: bytes, rng: random.Random) -> bytes:
    """The bytes with one to three things wrong."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        place, length = rng.randrange(len(data)), rng.randint(1, 64)
        kind = rng.randrange(6)
        if kind == 0:
            data[place] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[place : place + length] = rng.randbytes(length)
        elif kind == 2:
            del data[place : place + length]
        elif kind == 3:
            data[place:place] = data[place : place + length] * rng.randint(1, 50)
        elif kind == 4:
            place = rng.randrange(min(64, len(data)))  # sizes and counts stand in front
            data[place : place + 2] = b"\xff\xff"
        else:
            del data[max(16, place) :]
        data = data or bytearray(b"\0")
    return bytes(data)


def command(words: list[str], folder: Path, seconds: float = 3600) -> tuple[int | None, str, float, int]:
    """Run genrelab: exit status (None for a hang), what it said, seconds, peak memory in bytes."""
    began = time.monotonic()
    with (folder / "said.txt").open("w+", errors="replace") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "genrelab.pipeline", *words], cwd=folder, stdout=said, stderr=subprocess.STDOUT
        )
        status, peak = None, 0
        while time.monotonic() - began < seconds:
            status = child.poll()
            if status is not None:
                break
            peak = max(peak, _peak(child.pid))
            time.sleep(0.05)
        else:
            child.kill()
            child.wait()
        said.seek(0)
        return status, said.read(), time.monotonic() - began, peak


def _peak(pid: int) -> int:
    """The most bytes that a process has held; 0 where the system does not tell. (A parent's are not counted in.)"""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024
    return 0


def make_model(folder: Path, titles: int) -> tuple[Path, Path]:
    """A catalogue and a model of it."""
    from genrelab.pipeline.demo.generate import generate_demo

    catalog = generate_demo(folder / "demo", n_titles=titles, seed=3)
    (folder / "attack.toml").write_text(EXPERIMENT, "utf-8")
    shared = ["--catalog", str(catalog), "--features", "features", "--jobs", "1"]
    for words in (
        ["compare", "attack.toml", "--out", "whole", "--no-report", *shared],
        ["export", "whole", "--experiment", "attack.toml", "--feature-set", "colour", "--out", "model.joblib", *shared],
    ):
        status, said, _, _ = command(words, folder)
        if status != 0:
            raise RuntimeError(said)
    return catalog, folder / "model.joblib"


def attack_pictures(folder: Path, model: Path, count: int, seed: int, huge: int = 4) -> list[dict]:
    """Predict and check a catalogue whose posters are all damaged, and some that are no files at all."""
    from genrelab.pipeline.catalog.table import save_catalog

    rng, work = random.Random(seed), folder / "pictures"
    work.mkdir()
    names = []
    for number in range(count):
        name = f"{number:06d}.jpg"
        (work / name).write_bytes(mutate(picture(KINDS[number % len(KINDS)], rng), rng))
        names.append(name)
    with contextlib.suppress(AttributeError, OSError):
        os.mkfifo(work / "pipe.jpg")
        (work / "device.jpg").symlink_to("/dev/zero")
        (work / "loop.jpg").symlink_to("loop.jpg")
        names += ["pipe.jpg", "device.jpg", "loop.jpg", "/etc/passwd", "../attack.toml", "nul\0.jpg"]
    Image.new("RGB", (8000, 8000)).save(work / "huge.png")
    for number in range(huge):
        shutil.copy(work / "huge.png", work / f"huge{number}.png")
        with (work / f"huge{number}.png").open("ab") as file:  # other bytes, so that each is decoded
            file.write(bytes([number]))
        names.append(f"huge{number}.png")
    titles = pd.DataFrame({"imdb_id": [f"tt{number:07d}" for number in range(1, len(names) + 1)], "poster": names})
    save_catalog(titles, work / "catalog.parquet")
    rows = []
    words = [
        "predict",
        str(model),
        "--catalog",
        str(work),
        "--out",
        "answers.parquet",
        "--features",
        "f2",
        "--overwrite",
    ]
    status, said, seconds, memory = command(words, folder)
    faults = _faults(status, said, memory, (0, 1))
    table = pd.read_parquet(folder / "answers.parquet") if (folder / "answers.parquet").exists() else pd.DataFrame()
    if len(table) != len(names):
        faults.append(f"{len(names) - len(table)} titles lost")
    elif table.loc[table[table.columns[1]].isna(), "reason"].isna().any():
        faults.append("a row without answer and reason")
    kinds = dict(Counter(table.get("status", [])))
    rows.append(_row(f"predict, {count} mutated pictures", seconds, memory, faults, str(kinds)))
    status, said, seconds, memory = command(["catalog", "check", str(work)], folder)
    rows.append(_row(f"check, {count} mutated pictures", seconds, memory, _faults(status, said, memory, (0, 1)), ""))
    return rows


def attack_runs(folder: Path, catalog: Path, kills: int, seed: int) -> list[dict]:
    """Kill a comparison with workers at random moments, until it has been killed so often; then let it end."""
    rng, faults, began = random.Random(seed), [], time.monotonic()
    shared = ["compare", "attack.toml", "--no-report", "--catalog", str(catalog), "--jobs", "2"]
    usual, done, slowest = None, 0, 0.0
    runs = 0
    while done < kills:
        runs += 1
        words = [*shared, "--out", f"killed{runs}", "--features", f"features{runs}"]
        while done < kills:
            mark = uuid.uuid4().hex
            child = subprocess.Popen(
                [sys.executable, "-m", "genrelab.pipeline", *words],
                cwd=folder,
                env=os.environ | {"GENRELAB_ATTACK": mark},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            started = time.monotonic()
            try:
                child.wait(timeout=rng.uniform(0.2, 1.0) * (usual or 20))
                usual = time.monotonic() - started
                break  # it ended before the kill: the next round takes a new folder
            except subprocess.TimeoutExpired:
                which = rng.choice([signal.SIGKILL, signal.SIGTERM])
                child.send_signal(which)
                done += 1
            asked = time.monotonic()
            try:
                _, said = child.communicate(timeout=60)
                if b"Traceback" in said:
                    faults.append(f"traceback after {which.name}")
            except subprocess.TimeoutExpired:
                faults.append(f"hangs after {which.name}")
                os.killpg(child.pid, signal.SIGKILL)
            while (left := _left_over(mark)) and time.monotonic() - asked < 15:
                time.sleep(0.1)
            slowest = max(slowest, time.monotonic() - asked)
            if left:
                faults.append(f"{len(left)} processes left after {which.name}")
                for number in left:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(number, signal.SIGKILL)
        status, said, _, _ = command(words, folder, 600)
        if status != 0:
            faults.append(f"run {runs} does not end: {said[-200:]}")
        elif not _same(folder / "whole", folder / f"killed{runs}"):
            faults.append(f"run {runs} ends otherwise")
    note = f"{runs} runs, the slowest end took {slowest:.1f} s"
    return [_row(f"{done} kills of compare", time.monotonic() - began, 0, faults, note)]


def attack_models(folder: Path, model: Path, count: int, seed: int) -> list[dict]:
    """Load model files with a flipped byte, with and without a hash that fits, and manifests with a value replaced."""
    rng, work = random.Random(seed), folder / "models"
    content, manifest = model.read_bytes(), json.loads(model.with_suffix(".json").read_text("utf-8"))
    values = (5, "x", [], {}, None, True, {"a": []}, [[1]], -1)
    for number in range(count):
        here = work / f"{number:04d}"
        here.mkdir(parents=True)
        data, about = bytearray(content), dict(manifest)
        if number % 3 < 2:
            for _ in range(rng.randint(1, 4)):
                data[rng.randrange(len(data))] ^= rng.randint(1, 255)
            if number % 3:
                about["sha256"] = hashlib.sha256(data).hexdigest()
        else:
            about[rng.choice(sorted(about.keys() & _CHECKED) + ["network"])] = rng.choice(values)
        (here / "model.joblib").write_bytes(bytes(data))
        (here / "model.json").write_text(json.dumps(about), "utf-8")
    began = time.monotonic()
    child = subprocess.run([sys.executable, "-c", LOAD, str(work)], capture_output=True, text=True, timeout=600)
    outcomes = Counter(child.stdout.split("\n")[:-1])
    faults = [] if child.returncode == 0 else [f"exit status {child.returncode}: {child.stderr[-300:]}"]
    faults += ["a refusal names no file"] if outcomes["no name"] else []
    if sum(outcomes.values()) != count:
        faults.append(f"{count - sum(outcomes.values())} files without an outcome")
    return [_row(f"{count} model files", time.monotonic() - began, 0, faults, str(dict(outcomes)))]


_CHECKED = {"format", "sha256", "kind", "labels", "features", "feature_columns", "versions"}


def _same(one: Path, other: Path) -> bool:
    tables = [pd.read_parquet(folder / "results.parquet") for folder in (one, other)]
    kept = [table.drop(columns=[name for name in table if str(name).endswith("_seconds")]) for table in tables]
    return kept[0].equals(kept[1])


def _left_over(mark: str) -> list[int]:
    """Processes that carry the mark in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def _faults(status: int | None, said: str, memory: int, good: tuple[int, ...]) -> list[str]:
    faults = []
    if status is None:
        faults.append("hangs")
    elif status not in good:
        faults.append(f"exit status {status}: {said[-300:]}")
    if "Traceback" in said:
        faults.append(f"traceback: {said[-300:]}")
    if memory > MOST_MEMORY:
        faults.append(f"{memory / 2**20:,.0f} MiB")
    return faults


def _row(what: str, seconds: float, memory: int, faults: list[str], note: str) -> dict:
    return {"attack": what, "seconds": round(seconds, 1), "mib": memory // 2**20, "faults": faults, "note": note}


def main(words: list[str] | None = None) -> int:
    """Attack, print the table, return the number of faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--models", type=int, default=50)
    parser.add_argument("--titles", type=int, default=120, help="of the run that is killed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="the table as JSON")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalog, model = make_model(folder, options.titles)
        rows = attack_pictures(folder, model, options.pictures, options.seed) if options.pictures else []
        rows += attack_models(folder, model, options.models, options.seed) if options.models else []
        rows += attack_runs(folder, catalog, options.kills, options.seed) if options.kills else []
    for row in rows:
        memory = f"{row['mib']:>6,} MiB" if row["mib"] else " " * 10
        print(f"{row['attack']:<34} {row['seconds']:>8.1f} s {memory}  {len(row['faults'])} faults  {row['note']}")
        for fault in row["faults"]:
            print(f"    {fault}")
    if options.out:
        options.out.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return sum(len(row["faults"]) for row in rows)


if __name__ == "__main__":
    sys.exit(min(main(), 100))
