"""The command: see the package's docstring."""
# ruff: noqa: T201 - it prints what it finds

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import random
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

LARGEST = 16 << 10
"""Bytes of a case; a larger one takes longer and shows no more."""
HANG_SECONDS = 20
"""When libFuzzer gives up on a case; the oracle is stricter, and counts processor time."""
MEMORY_MB = 2_048


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python tests/fuzz", description="Fuzz the analyzer, led by coverage.")
    parser.add_argument("cases", nargs="*", type=Path, help="replay these files instead")
    parser.add_argument("--minutes", type=float, default=5.0, help="for how long to look (default: 5)")
    parser.add_argument(
        "--corpus", type=Path, default=ROOT / "build" / "fuzz" / "corpus", help="what is kept, and used"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers (default: another one each time)")
    return parser.parse_args()


def write_corpus(folder: Path, inputs: Iterable[bytes]) -> int:
    """One file for each way of reading an input; the number of files in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs):
        case = bytes([(0, 4, 0, 1, 4, 2, 0, 3)[number % 8]]) + data
        (folder / hashlib.sha1(case).hexdigest()).write_bytes(case)
    return sum(1 for _ in folder.iterdir())


def write_dictionary(path: Path, tokens: Iterable[bytes]) -> None:
    """Tokens as libFuzzer reads them: a quoted string a line, with hexadecimal codes for what cannot be printed."""
    lines = []
    for token in tokens:
        if len(token) <= 64:
            text = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in token)
            lines.append(f'"{text}"\n')
    path.write_text("".join(lines))


def replay(cases: Iterable[Path]) -> int:
    """Run single cases; how many of them fail."""
    from fuzz import oracle

    failed = 0
    for path in cases:
        try:
            print(f"{path}: {oracle.examine(path.read_bytes()) or 'nobody claims it'}")
        except oracle.ViolationError as error:
            failed += 1
            print(f"{path}: {error}")
    return failed


def kind_of(error: BaseException) -> str:
    """What failures have in common that are likely one: where it was raised and its words, without the numbers."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}analyzer{os.sep}" in f.filename]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno} " if frames else ""
    return where + type(error).__name__ + " " + re.sub(r"\W*\d[\w.]*", " #", str(error))[:80]


def keeping(examine: Callable[[bytes], str], work: Path) -> Callable[[bytes], None]:
    """The check as libFuzzer calls it: a failure of a new kind is written down, and the search goes on."""
    kinds = set[str]()

    def check(case: bytes) -> None:
        try:
            examine(case)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
            kind = kind_of(error)
            if kind not in kinds:
                kinds.add(kind)
                path = work / f"fail-{hashlib.sha1(kind.encode()).hexdigest()[:10]}"
                path.write_bytes(case)
                print(f"{path}: {error!s:.300}", file=sys.stderr, flush=True)

    return check


def fuzz(minutes: float, corpus: Path, seed: int) -> None:
    """Look for cases that fail, led by the lines and comparisons that are reached. Ends the process."""
    atheris = importlib.import_module("atheris")  # installed for this command alone
    with atheris.instrument_imports(include=["analyzer"]):
        from analyzer import registry

        for kind in registry.EXPORTS:
            registry.modules(kind)
        from fuzz import oracle, seeds
        from fuzz.accidents import ACCIDENTS, TOKENS, suffer

        inputs = seeds.everything()
    work = corpus.parent
    print(f"{write_corpus(corpus, inputs)} files in {corpus}", file=sys.stderr)
    write_dictionary(work / "tokens.dict", TOKENS)

    def mutated(data: bytes, largest: int, number: int) -> bytes:
        """A case after an accident of ours or, as often, some of libFuzzer's own."""
        chance = random.Random(number)
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, largest))
        how = data[0] if data and chance.random() < 0.9 else chance.randrange(8)
        what = [
            (
                chance.randrange(len(ACCIDENTS)),
                chance.randrange(1 << 16),
                chance.randrange(1 << 12),
                chance.randrange(400),
            )
            for _ in range(chance.choice((1, 1, 2, 4)))
        ]
        return bytes([how]) + suffer(data[1:], what, inputs)[: largest - 1]

    options = {
        "max_total_time": round(60 * minutes), "max_len": LARGEST, "timeout": HANG_SECONDS, "rss_limit_mb": MEMORY_MB,
        "dict": work / "tokens.dict", "artifact_prefix": f"{work}/", "seed": seed, "len_control": 0,
        "print_final_stats": 1, "reload": 0,
    }  # fmt: skip
    flags = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], keeping(oracle.examine, work), custom_mutator=mutated)
    atheris.Fuzz()


def main() -> int:
    """Replay, or fuzz in a process of its own, which libFuzzer ends; the number of kinds of failures."""
    asked = arguments()
    if asked.cases:
        return replay(asked.cases)
    work = asked.corpus.parent
    for old in work.glob("fail-*"):
        old.unlink()
    child = os.fork()
    if not child:
        fuzz(asked.minutes, asked.corpus, asked.seed)
    _, status = os.waitpid(child, 0)
    failed = sorted(work.glob("fail-*"))
    print(f"{len(failed)} kinds of failures", *failed, sep="\n  ", file=sys.stderr)
    return len(failed) or os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(min(main(), 100))
