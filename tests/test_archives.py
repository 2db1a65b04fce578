"""Archives: each file that may be a log is a source under its path, and each that cannot be read is named."""

from __future__ import annotations

import gzip
import io
import random
import re
import shutil
import struct
import subprocess
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from analyzer import archives, limits
from analyzer.archives import Archive, entries
from analyzer.model import Source
from analyzer.sources import BytesSource, FileSource, Watched
from analyzer.unpacking import unpack

STREAM = "2026-10-08-[$LATEST]" + "0123456789abcdef" * 2
LOG = b"".join(
    b"2026-10-08T07:30:28.235Z END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef%02x\n" % k for k in range(99)
)
FILES = {
    f"exportedlogs/{STREAM}/000000.gz": gzip.compress(LOG),
    f"exportedlogs/{STREAM}/000001.gz": gzip.compress(LOG[:500]),
    "exportedlogs/plain.log": LOG,
    "empty.log": b"",
    "aws-logs-write-test": b"Permission Check Successful",
    "__MACOSX/exportedlogs/._plain.log": b"\0\5\26\7",
    "exportedlogs/.DS_Store": b"\0\0\0\1Bud1",
}
LOGS = {"a.zip/" + path: data for path, data in FILES.items() if path.startswith("e") and ".DS" not in path}


class Unseekable(io.RawIOBase):
    """A file that cannot go back: what is packed into it has its sizes behind it."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self.data += piece
        return len(piece)


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, streamed: bool = False) -> bytes:
    """A ZIP archive of files and their folders."""
    out: Unseekable | io.BytesIO = Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("exportedlogs/", b"")
        for path, data in files.items():
            archive.writestr(path, data)
    return bytes(out.data) if isinstance(out, Unseekable) else out.getvalue()


def opened(data: bytes) -> Archive:
    archive = entries(BytesSource(data, "a.zip"))
    assert archive is not None
    return archive


def whole(source: Source, step: int = 50_000) -> bytes:
    out = bytearray()
    while data := source.read(len(out), step):
        out += data
    return bytes(out)


def damage(source: Source) -> str:
    return source.damage  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_each_file_is_a_source_under_its_path(method: int, streamed: bool) -> None:
    archive = opened(packed(FILES, method, streamed))
    assert archive.refused == []
    assert [source.name for source in archive.sources] == sorted(LOGS)
    assert {source.name: whole(source, 77) for source in archive.sources} == LOGS
    assert not any(damage(source) for source in archive.sources)


def test_a_packed_file_in_an_archive_is_unpacked_too() -> None:
    first = next(s for s in opened(packed(FILES)).sources if s.name.endswith("000000.gz"))
    found = unpack(Watched(first))
    assert found.layers == ("gzip",)
    assert found.forward_only
    assert whole(found.data) == LOG
    plain = unpack(next(s for s in opened(packed(FILES)).sources if s.name.endswith("plain.log")))
    assert plain.layers == ()
    assert plain.forward_only


def test_progress_is_measured_in_bytes_of_the_archive() -> None:
    data = packed(FILES)
    watched = [Watched(source) for source in opened(data).sources]
    for source in watched:
        whole(source)
        assert source.position == source.size
    assert sum(source.size for source in watched) < len(data)


def test_no_other_file_is_an_archive() -> None:
    for data in (b"", b"P", b"PK", LOG, gzip.compress(packed(FILES))):
        assert entries(BytesSource(data)) is None
    assert entries(unpack(BytesSource(gzip.compress(packed(FILES)))).data) is None


def test_an_archive_of_nothing_holds_nothing() -> None:
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    assert opened(empty.getvalue()) == Archive([], [])


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_are_not_read_are_named(method: int) -> None:
    archive = opened(packed({"a.log": LOG}, method))
    assert archive.sources == []
    name = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "LZMA"}[method]
    assert str(archive.refused[0]).startswith(f"a.zip/a.log is packed with {name} in its archive, which is not read.")


@pytest.mark.skipif(not shutil.which("zip"), reason="no zip here")
def test_what_the_zip_program_writes_is_read_and_what_it_encrypts_is_named(tmp_path: Path) -> None:
    for path, data in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    subprocess.run(["zip", "-qr", "a.zip", *(p.name for p in tmp_path.iterdir())], cwd=tmp_path, check=True)
    subprocess.run(["zip", "-q", "-P", "secret", "b.zip", "empty.log", "aws-logs-write-test"], cwd=tmp_path, check=True)
    archive = entries(FileSource(tmp_path / "a.zip"))
    assert archive is not None
    assert {source.name: whole(source) for source in archive.sources} == LOGS
    for source in archive.sources:
        source.close()  # type: ignore[attr-defined]
    file_source = FileSource(tmp_path / "b.zip")
    locked = entries(file_source)
    file_source.close()
    assert locked is not None
    assert [str(error).split(". ")[0] for error in locked.refused] == ["b.zip/empty.log is encrypted"]


@pytest.mark.parametrize("streamed", [False, True])
def test_an_archive_cut_anywhere_gives_what_stands_before_the_cut(streamed: bool) -> None:
    data = packed(FILES, streamed=streamed)
    for cut in range(4, len(data) - 1, 3):
        archive = opened(data[:cut])
        assert archive.sources or archive.refused
        for source in archive.sources:
            found = whole(source)
            assert LOGS[source.name].startswith(found), (cut, source.name)
            assert found == LOGS[source.name] or damage(source)
        if archive.sources and not archive.refused:
            at = max(archive.sources, key=lambda s: data.find(s.name[6:].encode()))
            assert "zip -FF" in damage(at), cut


def test_a_file_damaged_in_an_archive_is_read_as_far_as_it_goes() -> None:
    random_log = random.Random(5).randbytes(20_000).hex().encode()
    data = bytearray(packed({"a.log": random_log, "b.log": LOG}))
    data[10_000:10_050] = bytes(50)
    one, two = opened(bytes(data)).sources
    found = whole(one)
    assert len(found) > 10_000
    assert found[:10_000] == random_log[:10_000]
    place = re.fullmatch(r"the file in the archive is damaged at byte ([\d,]+) of the archive", damage(one))
    assert place
    assert 10_000 <= int(place[1].replace(",", "")) < 10_200
    assert (whole(two), damage(two)) == (LOG, "")


def test_a_wrong_checksum_is_told() -> None:
    data = bytearray(packed({"a.log": LOG}, zipfile.ZIP_STORED))
    data[data.find(LOG[:50]) + 3] ^= 1
    (source,) = opened(bytes(data)).sources
    assert len(whole(source)) == len(LOG)
    assert damage(source) == "the file in the archive is damaged, its checksum does not fit"


def test_sizes_are_not_trusted() -> None:
    """A directory that says less or more than a file holds changes what is read by no more than that."""
    data = packed({"a.log": LOG * 100})
    at = data.rfind(b"PK\x01\x02")
    for size in (0, 10, 0xFFFFFFF0):
        broken = bytearray(data)
        struct.pack_into("<L", broken, at + 20, size)
        struct.pack_into("<L", broken, at + 24, size)
        (source,) = opened(bytes(broken)).sources
        assert (LOG * 100).startswith(whole(source))
        assert damage(source) or whole(source) == LOG * 100
        assert source.size <= len(data)


def test_files_that_lie_in_each_other_are_refused() -> None:
    data = packed({"a.log": LOG, "b.log": LOG})
    one = data.find(b"PK\x01\x02", data.find(b"PK\x01\x02") + 1)
    two = data.find(b"PK\x01\x02", one + 1)
    broken = bytearray(data)
    broken[two + 42 : two + 46] = broken[one + 42 : one + 46]
    archive = opened(bytes(broken))
    assert archive.sources == []
    assert "whose files lie in each other" in str(archive.refused[0])


def test_too_many_files_are_named_and_the_first_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ENTRIES", 5)
    data = packed({f"{k}.log": LOG for k in range(9)})
    for archive in (opened(data), opened(data[:-9])):
        assert len(archive.sources) == 5
        assert str(archive.refused[0]).startswith("a.zip holds more than 5 files; no more are read.")


def test_a_directory_larger_than_one_can_be_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_DIRECTORY_BYTES", 300)
    archive = opened(packed({f"{k}.log": LOG for k in range(9)}))
    assert archive.sources == []
    assert "holds more than 20,000 files" in str(archive.refused[0])


def test_files_that_wait_for_their_turn_take_no_memory() -> None:
    data = packed({f"{k}.log": LOG for k in range(2_000)})
    tracemalloc.start()
    try:
        found = opened(data)
        for source in found.sources:
            source.read(0, 65_536)
            source.close()  # type: ignore[attr-defined]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(found.sources) == 2_000
    assert peak < 10 << 20
    assert whole(found.sources[-1]) == LOG


def test_a_file_that_is_said_to_lie_outside_is_told(tmp_path: Path) -> None:
    data = bytearray(packed({"a.log": LOG}))
    struct.pack_into("<L", data, data.rfind(b"PK\x01\x02") + 42, 0xFFFFFFF0)
    (tmp_path / "a.zip").write_bytes(data)
    file = FileSource(tmp_path / "a.zip")
    archive = entries(file)
    assert archive is not None
    (source,) = archive.sources
    assert (whole(source), source.size) == (b"", 0)
    assert damage(source) == "the file in the archive is not where the archive says"
    file.close()


def test_a_bomb_in_an_archive_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RATIO_FROM_BYTES", 16 << 20)
    data = packed({f"{k}.log": bytes(15 << 20) for k in range(9)})
    archive = opened(data)
    given = [len(whole(source, 1 << 20)) for source in archive.sources]
    assert sum(given) < limits.RATIO * len(data), "bombs that each stay below the bound do not pass it together"
    assert damage(archive.sources[1]) == (
        "the file in the archive unpacks to more than 1,000 times its size; reading stopped there"
    )


@pytest.mark.parametrize(("folder", "what"), [("xl", "an Excel workbook"), ("word", "a Word document")])
def test_office_files_are_named(folder: str, what: str) -> None:
    archive = opened(packed({"[Content_Types].xml": b"<Types/>", f"{folder}/main.xml": b"<x/>"}))
    assert archive.sources == []
    assert str(archive.refused[0]).startswith(f"a.zip is {what}, not a log export.")


def test_names_are_shown_on_one_line_with_slashes() -> None:
    data = packed({"a_b_c.log": LOG}).replace(b"a_b_c.log", b"a\\b\nc.log")
    assert [source.name for source in opened(data).sources] == ["a.zip/a/b?c.log"]


def test_noise_in_an_archive_never_raises() -> None:
    data = packed({path: body for path, body in FILES.items() if path in ("exportedlogs/plain.log", "empty.log")})
    rng = random.Random(9)
    for _ in range(600):
        broken = bytearray(data)
        for _ in range(rng.randrange(1, 6)):
            broken[rng.randrange(4, len(broken))] = rng.randrange(256)
        archive = entries(BytesSource(bytes(broken), "a.zip"))
        assert archive is not None
        for source in archive.sources:
            assert len(whole(source)) <= 2 * len(LOG) or damage(source)
        for error in archive.refused:
            assert "\n" not in str(error)
