"""cli.py: what a person types and what comes back. Everything runs as a process of its own, as it is shipped."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import exports
import pytest

from analyzer import __version__, arguments, cli, registry
from analyzer.engines import local
from analyzer.errors import UnreadableInputError
from analyzer.model import Detector, Hypothesis
from analyzer.pipeline import Reading
from analyzer.sources import FileSource

ROOT = Path(__file__).resolve().parent.parent
COMMAND = (sys.executable, "-X", "utf8=0", "-m", "analyzer")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}

EXPLAINED: list[Detector | Hypothesis] = [*registry.detectors(), *registry.causes()]


def run(
    folder: Path, *arguments: str, given: bytes = b"", extra: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a folder; whatever happens, no traceback may come of it."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        cwd=folder,
        input=given,
        capture_output=True,
        env={**ENVIRONMENT, **(extra or {})},
        timeout=60,
    )
    assert b"Traceback" not in done.stderr
    return done


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the message of a run that failed: one line, with status 2 and nothing on standard output."""
    assert done.returncode == 2, done
    assert done.stdout == b""
    said = done.stderr.decode()
    assert said.startswith("lambdascope: ")
    assert said.count("\n") == 1
    assert said.endswith("\n")
    return said


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with exports and with files that are none."""
    home = tmp_path_factory.mktemp("exports")
    leak = exports.memory_leak(n=300)
    data = exports.filter_log_events(leak)
    (home / "leak.json").write_bytes(data)
    (home / "leak.json.gz").write_bytes(gzip.compress(data))
    (home / "pasted.log").write_bytes(exports.pasted_text(leak))
    (home / "cut.json").write_bytes(data[: len(data) // 2])
    (home / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (home / "empty.json").write_bytes(b"")
    (home / "other.json").write_bytes(b'{"Functions": [{"FunctionName": "x"}]}')
    (home / "\x1b[31mred.json").write_bytes(b'{"\x1b[2J": 1}')
    (home / "several" / "below").mkdir(parents=True)
    (home / "several" / "a.json").write_bytes(exports.filter_log_events(exports.healthy(n=40)))
    (home / "several" / "below" / "b.gz").write_bytes(
        gzip.compress(exports.filter_log_events(exports.process_exit(n=60)))
    )
    (home / "several" / "notes.txt").write_bytes(b"nothing of a log\n")
    (home / "several" / ".hidden.json").write_bytes(data)
    (home / "nothing").mkdir()
    (home / "pictures").mkdir()
    (home / "pictures" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return home


# ---- what is refused ----


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["picture.png"], "picture.png is a picture, not a log export."),
        (["empty.json"], "empty.json is empty."),
        (["other.json"], "other.json is JSON, but not a log export."),
        (["missing.json"], "missing.json: cannot be read"),
        (["nothing"], "nothing holds no log export. It has no file."),
        (["pictures"], "pictures holds no log export. It has 1 file, none of them a log export."),
        (["no*.json"], "no*.json: no file matches this pattern."),
        (["-"], "standard input is empty."),
        ([], "name a log export, a directory, or - for standard input."),
        (["leak.json", "--format", "xml"], "invalid choice: 'xml'"),
        (["leak.json", "--timeout", "soon"], "'soon' is no number of seconds above 0"),
        (["leak.json", "--timeout", "-3"], "'-3' is no number of seconds above 0"),
        (["leak.json", "--threshold", "x"], "'x' is not of the form id.name=number"),
        (["leak.json", "--threshold", "no.such=1"], "no threshold is called no.such"),
        (["leak.json", "--fail-on", "bad"], "invalid choice: 'bad'"),
        (["leak.json", "--jobs", "2"], "unrecognized arguments"),
        (["leak.json", "--output", "leak.json"], "is an input; --output would overwrite it"),
        (["leak.json", "--output", "nothing"], "is a directory"),
        (["leak.json", "--output", "away/report.txt"], "its directory does not exist"),
        (["explain"], "arguments are required: ID"),
        (["list", "everything"], "unrecognized arguments: everything"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_in_one_line_with_status_2(folder: Path, arguments: list[str], said: str) -> None:
    assert said in one_line(run(folder, *arguments))


def test_a_file_name_cannot_colour_the_terminal(folder: Path) -> None:
    said = one_line(run(folder, "\x1b[31mred.json"))
    assert "\x1b" not in said
    assert "␛[31mred.json" in said


def test_one_refused_input_does_not_cost_the_report_of_the_others(folder: Path) -> None:
    done = run(folder, "picture.png", "leak.json", "missing.json")
    assert done.returncode == 2
    assert done.stdout == run(folder, "leak.json").stdout
    assert [line.split()[1] for line in done.stderr.decode().splitlines()] == ["picture.png", "missing.json:"]


def test_a_cut_export_is_read_as_far_as_it_goes_and_the_report_says_so(folder: Path) -> None:
    done = run(folder, "cut.json")
    assert done.returncode == 0
    assert b"cut at the end of the file" in done.stdout


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 1)() == 0, reason="permissions do not bind here")
def test_a_file_without_permission_is_one_line(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_bytes(b"{}")
    secret.chmod(0)
    assert "Permission denied" in one_line(run(folder, str(secret)))


# ---- what is read ----


def test_a_file_its_gzip_and_standard_input_give_the_same_report(folder: Path) -> None:
    data = (folder / "leak.json").read_bytes()
    name = ("--function", "orders-api")
    plain = run(folder, "leak.json", *name).stdout
    assert plain
    assert run(folder, "analyze", "leak.json", *name).stdout == plain
    assert run(folder, "leak.json.gz", *name).stdout == plain
    assert run(folder, "-", *name, given=data).stdout == plain
    assert run(folder, "-", *name, given=gzip.compress(data)).stdout == plain


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_named_pipe_is_read_like_a_file(folder: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cp", str(folder / "leak.json"), str(pipe)]) as writer:
        try:
            done = run(folder, str(pipe), "--function", "orders-api")
        finally:
            writer.kill()  # it waits for a reader for ever
    assert done.stdout == run(folder, "leak.json", "--function", "orders-api").stdout


def test_a_directory_is_read_with_everything_below_and_names_what_it_passes_over(folder: Path) -> None:
    done = run(folder, "several", "--format", "json")
    assert done.returncode == 0
    assert [row["name"] for row in json.loads(done.stdout)["inputs"]] == ["a.json", "below/b.gz"]
    assert done.stderr.decode().startswith("lambdascope: passed over: notes.txt ")


def test_a_pattern_is_expanded_where_the_shell_did_not(folder: Path) -> None:
    done = run(folder, "*.log", "--format", "json")
    assert [row["name"] for row in json.loads(done.stdout)["inputs"]] == ["pasted.log"]


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    done = run(folder, "several/a.json", "./several/a.json", "several/*.json", "--format", "json")
    found = json.loads(done.stdout)
    assert len(found["inputs"]) == 1
    assert found["quality"]["duplicates"] == 0


def test_a_folder_of_many_files_keeps_none_of_them_open(tmp_path: Path) -> None:
    line = "START RequestId: {n} Version: 1\n"
    for n in range(300):
        (tmp_path / f"{n:03d}.log").write_text(line.format(n=f"{n:08d}-0000-4000-8000-000000000000"))
    found = local.find([str(tmp_path)])
    assert len(found.sources) == 300
    for _ in Reading(found.sources):
        if Path("/proc/self/fd").is_dir():
            held = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if _is_link(fd)]  # noqa: PTH115,PTH208
            assert sum(name.startswith(str(tmp_path)) for name in held) <= 1


def _is_link(fd: str) -> bool:
    return os.path.islink(f"/proc/self/fd/{fd}")  # noqa: PTH114 - a Path would follow it


def test_a_missing_file_raises_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match=r"gone\.json: cannot be read"):
        FileSource(tmp_path / "gone.json")


# ---- what is written ----


def test_standard_output_carries_the_report_and_nothing_else(folder: Path) -> None:
    done = run(folder, "leak.json", "--format", "json", "--function", "orders-api", "--timeout", "30")
    assert done.stderr == b""
    found = json.loads(done.stdout)
    assert found["schema"] == "lambdascope/1"
    assert (found["functions"][0]["name"], found["functions"][0]["timeout_s"]) == ("orders-api", 30)
    assert "invocations" not in found
    assert found["functions"][0]["cost"]["architecture"] == "x86_64"


def test_options_may_stand_before_between_and_after_the_paths(folder: Path) -> None:
    done = run(folder, "leak.json", "--format", "json", "several/a.json", "--architecture", "arm64", "--invocations")
    found = json.loads(done.stdout)
    assert [row["name"] for row in found["inputs"]] == ["a.json", "leak.json"]
    assert len(found["invocations"]) == found["totals"]["invocations"] == 340
    assert found["functions"][0]["cost"]["architecture"] == "arm64"


@pytest.mark.parametrize(
    ("format_", "begins"), [("text", b""), ("json", b"{"), ("markdown", b"**"), ("html", b"<!doctype html")]
)
def test_every_format_is_written_to_a_file_byte_for_byte_as_to_standard_output(
    folder: Path, tmp_path: Path, format_: str, begins: bytes
) -> None:
    printed = run(folder, "leak.json", "--format", format_).stdout
    written = run(folder, "leak.json", "--format", format_, "--output", str(tmp_path / "report"))
    assert (written.returncode, written.stdout) == (0, b"")
    assert (tmp_path / "report").read_bytes() == printed
    assert printed.lower().startswith(begins)
    assert b"\r" not in printed


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_a_console_of_another_encoding_gets_utf_8(folder: Path, encoding: str) -> None:
    done = run(folder, "pasted.log", extra={"PYTHONIOENCODING": encoding, "LC_ALL": "C"})
    assert done.returncode == 0
    assert done.stdout == run(folder, "pasted.log").stdout
    done.stdout.decode("utf-8")


def test_the_same_input_gives_the_same_bytes_whatever_the_hash_seed(folder: Path) -> None:
    seen = {
        run(folder, "leak.json", "--format", "json", extra={"PYTHONHASHSEED": seed}).stdout for seed in ("0", "1", "2")
    }
    assert len(seen) == 1


# ---- exit status ----


@pytest.mark.skipif(not registry.detectors(), reason="no detector is installed")
def test_fail_on_turns_a_finding_of_that_severity_into_status_1(folder: Path) -> None:
    found = json.loads(run(folder, "leak.json", "--format", "json").stdout)["findings"]
    assert any(row["severity"] == "critical" for row in found)
    for severity in ("info", "low", "medium", "high", "critical"):
        done = run(folder, "leak.json", "--fail-on", severity)
        assert done.returncode == 1
        assert done.stdout == run(folder, "leak.json").stdout


def test_fail_on_lets_a_healthy_function_pass(folder: Path) -> None:
    assert run(folder, "several/a.json", "--fail-on", "high").returncode == 0


def test_a_refused_input_outweighs_a_finding(folder: Path) -> None:
    assert run(folder, "leak.json", "empty.json", "--fail-on", "info").returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals and pipes")
def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "leak.json", "--format", "json", "--invocations"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) in (0, 141)  # 0 where the pipe could hold everything


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals and pipes")
def test_an_interrupt_is_one_line_and_status_130(folder: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "-"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"START RequestId: 1 Version: 1\n")
        process.stdin.flush()
        time.sleep(1.0)  # until it waits for more: nothing outside shows when that is
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == b"lambdascope: interrupted.\n"


# ---- on a terminal ----


@pytest.mark.skipif(os.name == "nt", reason="POSIX terminals")
def test_on_a_terminal_progress_goes_to_standard_error_and_is_wiped(folder: Path) -> None:
    shown = _on_terminal(folder, ["leak.json"], "TERM=dumb")
    assert shown.replace("\r\n", "\n").endswith(run(folder, "leak.json").stdout.decode()[-60:])


@pytest.mark.skipif(os.name == "nt", reason="POSIX terminals")
def test_colour_changes_no_character_of_the_report(folder: Path) -> None:
    shown = _on_terminal(folder, ["leak.json"], "TERM=xterm-256color")
    bare = re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r\n", "\n").rpartition("\r")[2]
    assert bare == run(folder, "leak.json").stdout.decode()


def _on_terminal(folder: Path, arguments: Sequence[str], term: str) -> str:
    """Return what a terminal of 120 columns is sent, standard error included."""
    import fcntl
    import pty
    import struct
    import termios

    pid, master = pty.fork()
    if pid == 0:  # pragma: no cover - the child becomes the command
        os.chdir(folder)
        name, _, value = term.partition("=")
        time.sleep(0.2)
        os.execve(sys.executable, [*COMMAND, *arguments], {**ENVIRONMENT, name: value})
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:  # Linux: the other end has closed
            break
        if not data:
            break
        seen += data
    os.close(master)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    return seen.decode()


# ---- help, explain, list ----


def test_help_names_every_option_and_the_exit_status(folder: Path) -> None:
    done = run(folder, "--help")
    assert done.returncode == 0
    said = done.stdout.decode()
    for word in (
        "--format", "--output", "--invocations", "--function", "--timeout", "--architecture", "--threshold",
        "--fail-on", "--version", "explain ID", "exit status", "./list",
    ):  # fmt: skip
        assert word in said
    for later in ("sarif", "compare", "--engine", "--jobs", "--since", "--redact"):
        assert later not in said


def test_the_version_is_the_package_s(folder: Path) -> None:
    assert run(folder, "--version").stdout.decode() == f"lambdascope {__version__}\n"


def test_list_has_a_line_for_everything_there_is(folder: Path) -> None:
    lines = run(folder, "list").stdout.decode().splitlines()
    ids = [line.split()[0] for line in lines if line.startswith("  ") and "https://" not in line]
    known = [p.id for p in EXPLAINED]
    known += [p.id for p in registry.containers()] + [p.id for p in registry.dialects()]
    assert sorted(ids) == sorted(known)
    assert any("gzip" in line for line in lines)
    links = [line.strip() for line in lines if "https://" in line]
    dialects = sorted(registry.dialects(), key=lambda d: d.id)
    assert links == [*(c.link for c in registry.containers()), *(d.link for d in dialects)]
    assert max(len(line) for line in lines if "https://" not in line) <= 100


@pytest.mark.parametrize("id_", sorted({p.id for p in EXPLAINED}))
def test_explain_prints_every_text_of_a_plug_in(id_: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", id_]) == 0
    said = capsys.readouterr().out
    flat = " ".join(said.split())
    for plugin in EXPLAINED:
        if plugin.id == id_:
            texts = [plugin.title, plugin.why, plugin.fix, plugin.link, *plugin.thresholds]
            texts.append(plugin.quiet_when if isinstance(plugin, Detector) else plugin.must_hold)
            for each in (*texts, *(t.why for t in plugin.thresholds.values())):
                assert " ".join(each.split()) in flat
    assert all(len(line) <= 100 or "http" in line for line in said.splitlines())


@pytest.mark.skipif(not registry.causes(), reason="no cause is installed")
def test_an_unknown_id_is_answered_with_the_nearest(folder: Path) -> None:
    known = registry.causes()[0].id
    said = one_line(run(folder, "explain", known[:-1]))
    assert known in said
    assert "none is near" in one_line(run(folder, "explain", "qqqqqqqqqq"))


def test_the_thresholds_that_help_shows_exist() -> None:
    known = {f"{p.id}.{name}" for p in EXPLAINED for name in p.thresholds}
    shown = re.findall(r"--threshold ([a-z-]+\.\w+)=", arguments.EPILOG)
    assert shown
    assert set(shown) <= known or not known
