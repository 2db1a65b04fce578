"""Fuzzing: what holds for every input is tried on inputs that nobody thought of.

    python tests/fuzz --minutes 20            led by coverage, with Atheris; needs CPython 3.11 to 3.13 on Linux
    LAMBDASCOPE_FUZZ_ROUNDS=60 pytest tests/test_fuzz.py -k damaged      with hypothesis, which shrinks what it finds

Both begin with every sample of every container and with `shapes.py`, every shape that people save, as a few events of
every scenario. Both use the same parts:

    seeds.py       those files
    accidents.py   what happens to them: bytes lost, doubled or changed, files that go on as other files, keys twice,
                   numbers that are none, brackets without end
    oracle.py      what must hold, the format of a case, and the wrapping: plain, gzip, ZIP, UTF-16
    found/         cases that failed once; test_fuzz.py replays them
    FINDINGS.md    how often this was run, what it found, what became of it

Atheris is no part of the tools that `build.py` sets up. Install it beside them, in an environment of its own:

    python3.11 -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install '.[test]' atheris==3.0.0
    /tmp/fuzz/bin/python tests/fuzz --minutes 20

Each kind of failure is written to `build/fuzz/fail-…` once; the search goes on. `python tests/fuzz FILE` replays it;
mend the fault, then move the case to `found/` under a name that says what was wrong. `--corpus` keeps what was learned.
"""
