"""Sources: what is packed comes out whole, what is damaged as far as it goes, and a bomb stops early."""

from __future__ import annotations

import gzip
import random
import re
import shutil
import subprocess
import tracemalloc
import zlib
from pathlib import Path
from time import perf_counter

import pytest

from analyzer import limits
from analyzer.containers import _magic
from analyzer.model import Source
from analyzer.sources import BytesSource, FileSource, Forward, Gunzipped, Utf16, Watched, names
from analyzer.unpacking import unpack

TEXT = b"".join(
    b"2026-10-08T07:30:28.%03dZ START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef%02x Version: 7\n\n"
    % (k % 1000, k % 256)
    for k in range(4000)
)
STREAM = "2026-10-08-[$LATEST]" + "0123456789abcdef" * 2


def whole(source: Source, step: int = 100_000) -> bytes:
    """Everything a source gives, read in steps."""
    out = bytearray()
    while data := source.read(len(out), step):
        out += data
    return bytes(out)


def unzipped(data: bytes, step: int = 100_000) -> tuple[bytes, str]:
    """What the bytes of a gzip file hold, and what is wrong with it."""
    source = Gunzipped(BytesSource(data))
    return whole(source, step), source.damage


def members(*pieces: bytes) -> bytes:
    return b"".join(map(gzip.compress, pieces))


@pytest.mark.parametrize("step", [1_000, 65_536, 1 << 20, 5 << 20])
def test_gzip_reads_alike_in_any_step(step: int) -> None:
    assert unzipped(members(TEXT, b"", TEXT[:7]) + bytes(99), step) == (TEXT + TEXT[:7], "")


def test_a_read_gives_all_it_was_asked_for_unless_the_end_comes() -> None:
    source = Gunzipped(BytesSource(members(*(TEXT[k : k + 100] for k in range(0, len(TEXT), 100)))))
    assert len(source.read(0, len(TEXT) - 1)) == len(TEXT) - 1
    assert source.read(len(TEXT) - 1, 10) == TEXT[-1:]
    assert source.read(len(TEXT) + 5, 10) == b""


def test_members_may_be_padded_with_zeros_before_and_behind() -> None:
    packed = members(TEXT[:500]) + bytes(70_000) + members(TEXT[500:900]) + bytes(3)
    assert unzipped(packed) == (TEXT[:900], "")


def test_a_gzip_file_cut_anywhere_gives_the_beginning_and_says_so() -> None:
    packed = members(TEXT[:3000], TEXT[3000:6000])
    first = len(members(TEXT[:3000]))
    for cut in range(1, len(packed)):
        found, damage = unzipped(packed[:cut])
        assert TEXT[:6000].startswith(found)
        assert damage == ("" if cut == first else "the gzip file is cut short"), cut
    assert len(unzipped(packed[:-9])[0]) > 5900


def test_what_stands_before_a_damaged_place_is_read() -> None:
    packed = bytearray(members(TEXT))
    at = len(packed) // 2
    packed[at : at + 200] = bytes(200)
    found, damage = unzipped(bytes(packed))
    assert found[: len(TEXT) // 3] == TEXT[: len(TEXT) // 3]
    assert damage.startswith("the gzip file is damaged at byte ")


def test_a_wrong_checksum_keeps_the_text_and_is_told() -> None:
    packed = bytearray(members(TEXT))
    packed[-6] ^= 1
    found, damage = unzipped(bytes(packed))
    assert found == TEXT
    assert damage.startswith(f"the gzip file is damaged at byte {len(packed) - 5:,}")


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_damaged_header_loses_its_member_and_no_other(place: int) -> None:
    one, two, three = (members(TEXT[k : k + 2000]) for k in (0, 2000, 4000))
    broken = bytearray(two)
    broken[place] ^= 0xFF
    found, damage = unzipped(one + bytes(broken) + three)
    assert found == TEXT[:2000] + TEXT[4000:6000]
    told = re.fullmatch(r"the gzip file is damaged at byte (\d+); (\d+) bytes could not be read", damage)
    assert told
    assert len(one) + place - 1 <= int(told[1]) <= len(one) + place + 1
    assert len(two) - 4 <= int(told[2]) <= len(two)


def test_a_file_that_is_damaged_and_cut_says_both() -> None:
    one, two = members(TEXT[:2000]), members(TEXT[2000:4000])
    found, damage = unzipped(one + b"noise" * 9 + two[:-20])
    assert found.startswith(TEXT[:2000])
    assert damage == f"the gzip file is damaged at byte {len(one)}; 45 bytes could not be read; it is cut short"


def test_what_follows_a_gzip_file_and_is_none_is_told() -> None:
    packed = members(TEXT)
    for tail in (b"\n", b"<html>", b"\x1f", random.Random(1).randbytes(5000)):
        found, damage = unzipped(packed + tail)
        assert found == TEXT
        assert damage


def test_every_flipped_byte_is_told_and_none_raises() -> None:
    packed = members(TEXT[:1500], TEXT[1500:2500])
    for at in range(2, len(packed)):
        broken = bytearray(packed)
        broken[at] ^= 0x55
        found, damage = unzipped(bytes(broken))
        assert found == TEXT[:2500] or damage, at


def test_noise_behind_the_mark_never_raises() -> None:
    rng = random.Random(7)
    for k in range(300):
        noise = rng.choice(
            (b"\x1f\x8b", b"\x1f\x8b\x08\x00", gzip.compress(TEXT[:999])[:200], b"\xff\xfe", b"\xfe\xff")
        )
        source = unpack(BytesSource(noise + rng.randbytes(k * 11)))
        assert len(whole(source.data)) < 50_000_000


def bomb(megabytes: int) -> bytes:
    """A gzip file of zeros, made without holding them."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(megabytes)), packer.flush()])


def test_a_bomb_stops_in_little_time_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RATIO_FROM_BYTES", 16 << 20)
    source = Gunzipped(BytesSource(bomb(200)))
    tracemalloc.start()
    try:
        read = 0
        while data := source.read(read, 1 << 20):
            read += len(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read <= 20 << 20
    assert peak < 8 << 20
    assert source.damage == "the gzip file unpacks to more than 1,000 times its size; reading stopped there"


def test_a_bomb_in_a_gzip_file_is_measured_by_the_outer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RATIO_FROM_BYTES", 1 << 20)
    monkeypatch.setattr(limits, "RATIO", 1_100)  # more than one layer can give
    found = unpack(BytesSource(members(bomb(60))))
    assert found.layers == ("gzip", "gzip")
    assert len(whole(found.data, 1 << 20)) < 8 << 20
    assert "times its size" in found.data.damage  # type: ignore[attr-defined]


def test_more_text_than_a_night_can_read_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 1 << 30)
    monkeypatch.setattr(limits, "RATIO_FROM_BYTES", 1 << 40)
    source = Gunzipped(BytesSource(members(TEXT)))
    source.account.given[0] = 1 << 30  # as other files of the same archive may have left it
    whole(source)
    assert source.damage == "the gzip file unpacks to more than 1 GB; reading stopped there"


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(gzip.compress(b"") * 1_000_000, id="a million empty members"),
        pytest.param(gzip.compress(b"x") * 1_000_000, id="a million members of one byte"),
        pytest.param(gzip.compress(b"x") + bytes(1 << 29), id="padding"),
        pytest.param(b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * (1 << 27), id="an endless name"),
        pytest.param(b"\x1f\x8b\x08" + bytes(7) + b"\0\0\0\xff\xff" * (1 << 24), id="empty blocks"),
        pytest.param(b"\x1f\x8b\x08" + bytes(6) + b"\xff\xff" + b"\x1f\x8b\x08" * 5_000_000, id="nothing but marks"),
        pytest.param((b"\x1f\x8b\x08" + bytes(6) + b"\xff\xff") * 1_000_000, id="nothing but headers"),
    ],
)
def test_a_file_that_takes_much_and_gives_little_stops(packed: bytes) -> None:
    began = perf_counter()
    _, damage = unzipped(packed)
    assert perf_counter() - began < 10
    assert damage


def test_layers_are_taken_off_up_to_their_bound() -> None:
    data = b"x" * 50
    for layers in range(4):
        found = unpack(BytesSource(data))
        assert found.layers == ("gzip",) * layers
        assert found.forward_only == (layers > 0)
        assert found.data.read(0, 99) == b"x" * 50
        data = gzip.compress(data)
    found = unpack(BytesSource(data))
    assert found.layers == ("gzip",) * limits.LAYERS
    error = _magic.unknown("deep.gz", found.data.read(0, 99))
    assert error.what == "deep.gz is compressed with gzip more often than is undone."


ODD = "one\r\ntwo \U0001f600 grüße \u2028 日本\n" * 3000
UTF16 = [
    pytest.param(b"\xff\xfe" + ODD.encode("utf-16-le"), id="little endian"),
    pytest.param(b"\xfe\xff" + ODD.encode("utf-16-be"), id="big endian"),
]


@pytest.mark.parametrize("data", UTF16)
@pytest.mark.parametrize("step", [1_000, 65_537])
def test_utf_16_becomes_utf_8(data: bytes, step: int) -> None:
    found = unpack(BytesSource(data))
    assert found.layers == ("UTF-16",)
    assert found.forward_only
    assert whole(found.data, step) == ODD.encode()


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen_by_its_zeros(codec: str) -> None:
    found = unpack(BytesSource((TEXT.decode() + "é").encode(codec)))
    assert whole(found.data) == TEXT + "é".encode()


@pytest.mark.parametrize(
    "data", [b"", b"\0", bytes(5000), TEXT, b"a\0" * 3, "日本語".encode() * 99, b"\x89PNG" + bytes(99)]
)
def test_other_bytes_are_left_as_they_are(data: bytes) -> None:
    source = BytesSource(data)
    assert unpack(source) == (source, (), False)


def test_utf_16_in_gzip_is_undone_as_well() -> None:
    found = unpack(BytesSource(gzip.compress(b"\xff\xfe" + ODD.encode("utf-16-le"))))
    assert found.layers == ("gzip", "UTF-16")
    assert whole(found.data) == ODD.encode()


def test_utf_16_cut_anywhere_gives_the_beginning() -> None:
    data = b"\xff\xfe" + "a\U0001f600b\ud7ff".encode("utf-16-le")
    for cut in range(2, len(data)):
        source = Utf16(BytesSource(data[:cut]), "utf-16-le", 2)
        found = whole(source)
        assert "a\U0001f600b".encode().startswith(found.removesuffix("\ufffd".encode()))
        assert source.damage == ("" if cut in (2, 4, 8, 10) else "the UTF-16 text ends in the middle of a character")


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    source = Utf16(BytesSource(b"a\0\x00\xd8b\0\x00\xdcc\0"), "utf-16-le", 0)
    assert whole(source).decode() == "a\ufffdb\ufffdc"


def test_reading_again_from_the_beginning_unpacks_again() -> None:
    """As when a file is recognised first and read later."""
    long = random.Random(3).randbytes(3 << 20).hex().encode()
    source = Gunzipped(BytesSource(gzip.compress(long, 1)))
    assert whole(source) == long
    given = dict(source.account.given)
    assert source.read(5, 10) == long[5:15]
    assert source.read(len(long) - 9, 99) == long[-9:]
    assert source.account.given == given


def test_a_little_way_back_can_be_read_without_unpacking_again() -> None:
    source = Gunzipped(BytesSource(gzip.compress(TEXT * 20)))
    end = len(TEXT) * 20
    source.read(end - 10, 10)
    taken = source.consumed
    assert source.read(end - 1_000_000, 5) == (TEXT * 20)[-1_000_000:][:5]
    assert source.consumed == taken


def test_a_closed_source_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(TEXT))
    source = Gunzipped(FileSource(path))
    source.read(0, 10)
    source.close()
    assert whole(source) == TEXT
    source.close()
    assert source.damage == ""


def test_the_bottom_layer_is_the_one_that_is_blamed() -> None:
    found = unpack(Watched(BytesSource(members(gzip.compress(random.Random(1).randbytes(9999)))[:5000])))
    whole(found.data)
    assert isinstance(found.data, Forward)
    assert found.data.damage == "the gzip file is cut short"


@pytest.mark.skipif(not shutil.which("gzip"), reason="no gzip here")
def test_what_the_gzip_program_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(TEXT)
    subprocess.run(["gzip", "-9", str(path)], check=True)
    found = unpack(FileSource(tmp_path / "log.gz"))
    assert whole(found.data) == TEXT
    found.data.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"exports/{STREAM}/000000.gz", f"{STREAM}/000000.gz"),
        ("logs/000001", "logs/000001"),
        ("logs/export.json", "export.json"),
        ("a/b/log-events-viewer-result (3).csv", "log-events-viewer-result (3).csv"),
    ],
)
def test_a_name_that_says_nothing_gets_its_folder(path: str, name: str) -> None:
    assert names.telling(path) == name


def test_a_file_is_named_by_its_folder_if_its_own_name_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / STREAM
    folder.mkdir()
    (folder / "000000.gz").write_bytes(b"")
    monkeypatch.chdir(folder)
    assert FileSource("000000.gz").name == f"{STREAM}/000000.gz"
    assert FileSource("000000.gz", "000000.gz").name == f"{STREAM}/000000.gz"
    assert FileSource("000000.gz", "a/000000.gz").name == "a/000000.gz"
    assert FileSource("000000.gz", "mine").name == "mine"


@pytest.mark.parametrize("path", [".DS_Store", "a/.hidden/b", "__MACOSX/a", "x/__MACOSX/._a", "x/aws-logs-write-test"])
def test_what_is_no_log_is_passed_over(path: str) -> None:
    assert names.holds_no_log(path)


@pytest.mark.parametrize("path", ["a/000000.gz", "log.txt", "aws-logs-write-test/000000.gz", "a.b/c..d"])
def test_other_files_are_looked_at(path: str) -> None:
    assert not names.holds_no_log(path)


def _table(*columns: str) -> bytes:
    return (",".join(f'"{c}"' for c in columns) + "\n1,2,3\n").encode()


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\x28\xb5\x2f\xfd\0", "x is compressed with Zstandard, which is not read."),
        (b"PAR1\x15\x04", "x is a Parquet file, which is not read."),
        (b"Obj\x01\x04", "x is an Avro file, which is not read."),
        (b"ORC\x0a\x11\0", "x is an ORC file, which is not read."),
        (b"ORCHESTRATION began\n", "x holds no line of a Lambda function's log."),
        (b"7z\xbc\xaf\x27\x1c", "x is a 7-Zip archive, which is not read."),
        (b"log/a.txt".ljust(257, b"\0") + b"ustar  \0", "x is a tar archive, which is not read."),
        (b"ElfFile\0", "x is a Windows event log, not one of a Lambda function."),
        (b"\xff\xfe\0\0{\0\0\0", "x is UTF-32 text, which is not read."),
        (
            b"Permission Check Successful",
            "x is the file with which CloudWatch Logs tests whether it may write, not a log.",
        ),
        (
            b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
            "x is an error message of S3, not a log export.",
        ),
        (_table("@timestamp", "@duration"), "x is a table of a Logs Insights query, not a log."),
        (_table("bin(5m)", "count(*)"), "x is a table of a Logs Insights query, not a log."),
        (b"| @requestId | n |\n| --- | --- |\n", "x is a table of a Logs Insights query, not a log."),
        (b'[{"bin(5m)": "2026-10-08 07:30:00.000", "n": "3"}]', "x is a table of a Logs Insights query, not a log."),
        (
            b'{"results": [[{"field": "@requestId", "value": "a"}, {"field": "n", "value": "2"}]]}',
            "x is a table of a Logs Insights query, not a log.",
        ),
        (b"print(x)\n", "x holds no line of a Lambda function's log."),
        (b"@app.route('/')\ndef f(): pass\n", "x holds no line of a Lambda function's log."),
        (b'[{"remoteAddress": "192.0.2.1", "count": "415"}]', "x is JSON, but not a log export."),
    ],
)
def test_a_foreign_file_is_named(head: bytes, what: str) -> None:
    error = _magic.unknown("x", head)
    assert error.what == what
    assert error.how
    assert error.way_out
    assert "\n" not in str(error)


def test_a_file_of_which_nothing_unpacks_says_why() -> None:
    error = _magic.unknown("log.gz", b"", "the gzip file is cut short")
    assert str(error) == "log.gz cannot be unpacked. The gzip file is cut short. Download it again."
