"""Attack the page's server on loopback, as a hostile page, client, file or fault would.

    python benchmarks/attack_serve.py                        on a small model and catalogue that it makes
    python benchmarks/attack_serve.py --model model.joblib   on a model of yours (and --run, --catalog)
    python benchmarks/attack_serve.py --only zips labels     some of the attacks

The real server runs in a process of its own. The table says what was tried, how often, which answers were expected and
which were seen, the worst time to an answer, and the most memory the server held (the operating system's figure). After
every attack the server must answer within five seconds. The exit status is 1 when one attack fails.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from serve_attacks.faults import labels, port_taken, slow, two_servers
from serve_attacks.posters import names, pictures, zips
from serve_attacks.requests import FORMULA, SCRIPT, crowd, forms, scripts, sizes, strangers
from serve_attacks.server import Attack, Row, Server, carry_out

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
colour = ["brightness", "palette"]
[[grid]]
models = ["glm"]
"""
GROUPS: dict[str, Callable[[Server], Iterator[Attack]]] = {
    "sizes": sizes,
    "pictures": pictures,
    "zips": zips,
    "names": names,
    "strangers": strangers,
    "scripts": scripts,
    "forms": forms,
    "crowd": crowd,
}


def make(folder: Path, titles: int) -> tuple[Path, Path, Path]:
    """A catalogue with hostile titles, a run and its model."""
    from genrelab.pipeline.catalog.table import load_catalog, save_catalog
    from genrelab.pipeline.cli import main as genrelab
    from genrelab.pipeline.demo.generate import generate_demo

    catalog = generate_demo(folder / "catalog", n_titles=titles, seed=3)
    table = load_catalog(catalog).titles
    table["title"] = [
        (SCRIPT, FORMULA, "a\u202eb")[row % 3] if row < 30 else name for row, name in enumerate(table["title"])
    ]
    save_catalog(table, folder / "catalog" / "catalog.parquet")
    (folder / "attack.toml").write_text(EXPERIMENT, "utf-8")
    run, model = folder / "run", folder / "model.joblib"
    shared = ["--catalog", str(folder / "catalog"), "--features", str(folder / "features"), "--jobs", "1"]
    settings = str(folder / "attack.toml")
    for words in (
        ["compare", settings, "--out", str(run), "--no-report", *shared],
        ["export", str(run), "--experiment", settings, "--out", str(model), *shared],
    ):
        if genrelab(words):
            raise RuntimeError(f"genrelab {words[0]} failed")
    return model, run, folder / "catalog"


def show(row: Row) -> None:
    """One line of the table, and what is wrong below it."""
    seen = ", ".join(f"{word} ({count})" if count > 1 else word for word, count in row.seen.most_common(4))
    memory = f"{row.memory / 2**20:,.0f}" if row.memory else ""
    print(
        f"{row.attack:<48} {row.tries:>6} {row.expected[:34]:<34} {seen[:60]:<60} {row.worst:>7.2f} {memory:>7}  "
        f"{'FAILS' if row.faults else 'holds'}",
        flush=True,
    )
    for fault in row.faults:
        print(f"    {fault}", flush=True)


def main(words: list[str] | None = None) -> int:
    """Attack, print the table, return 1 when something failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: a small one, made of a synthetic catalogue")
    parser.add_argument("--run", type=Path, help="of the model")
    parser.add_argument("--catalog", type=Path, help="its folder; labels.sqlite is written into it")
    parser.add_argument("--titles", type=int, default=200, help="of the catalogue that is made (default 200)")
    parser.add_argument("--kills", type=int, default=10, help="of the server while labels are written (default 10)")
    parser.add_argument("--only", nargs="+", choices=[*GROUPS, "slow", "labels", "port"], help="these attacks alone")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="the table as JSON")
    options = parser.parse_args(words)
    chosen, rows = options.only or [*GROUPS, "slow", "labels", "port"], []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if options.model is None:
            options.model, options.run, options.catalog = make(folder, options.titles)
        said = [str(options.model.resolve())]
        said += ["--run", str(options.run.resolve())] if options.run else []
        said += ["--catalog", str(options.catalog.resolve())] if options.catalog else []
        print(f"{'attack':<48} {'tries':>6} {'expected':<34} {'seen':<60} {'worst s':>7} {'MiB':>7}")
        server = Server(said, folder).ready()

        def add(row: Row) -> None:
            rows.append(row)
            show(row)

        for name in (name for name in GROUPS if name in chosen):
            for attack in GROUPS[name](server):
                add(carry_out(server, attack))
        if "slow" in chosen:
            add(slow(server))
        if "port" in chosen:
            add(port_taken(server))
        server.stop()
        if left := [path.name for path in (folder / "tmp").iterdir()]:
            add(Row("the server's end", 1, "nothing left", Counter(left), 0.0, faults=[f"left: {', '.join(left[:5])}"]))
        if "labels" in chosen and options.catalog:
            add(labels(folder, said, options.catalog, options.kills, options.seed))
            add(two_servers(folder, said, options.catalog))
    failed = sum(bool(row.faults) for row in rows)
    print(f"{len(rows)} attacks, {sum(row.tries for row in rows):,} tries, {failed} failed")
    if options.out:
        content = [vars(row) | {"seen": dict(row.seen)} for row in rows]
        options.out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
