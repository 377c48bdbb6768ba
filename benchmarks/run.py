"""Run every benchmark, one after the other, and say which answers were equal.

    python -m benchmarks.run            all of them
    python -m benchmarks.run predict    only bench_predict

Each prints its own table, writes JSON under artifacts/bench and exits non-zero if answers differ.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """Run what is asked for; the exit status is the number of benchmarks that failed."""
    known = {path.stem.removeprefix("bench_"): path for path in sorted(FOLDER.glob("bench_*.py"))}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(known)} (default: all)")
    parser.add_argument("--catalog", help="measure on this catalogue, where a benchmark can")
    options = parser.parse_args()
    unknown = set(options.names) - set(known)
    if unknown:
        parser.error(f"expected some of {', '.join(known)}, found {', '.join(sorted(unknown))}")
    failed = []
    for name in options.names or known:
        print(f"\n== {name}: {known[name].name}", flush=True)
        words = [sys.executable, str(known[name])]
        if options.catalog and "--catalog" in known[name].read_text("utf-8"):
            words += ["--catalog", options.catalog]
        started = time.perf_counter()
        status = subprocess.run(words, check=False).returncode
        print(
            f"-- {name}: {'done' if status == 0 else f'exit status {status}'} in {time.perf_counter() - started:.0f} s"
        )
        if status:
            failed.append(name)
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall benchmarks ran, all answers are equal")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
