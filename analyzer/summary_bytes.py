"""A summary as bytes and back, in a canonical form: equal summaries give equal bytes, whoever made and merged them.

A line that names the version, a line of JSON, and the columns of the rows as little-endian numbers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analyzer.parts import Input, Part, StreamInfo
from analyzer.segments import Stream
from analyzer.stats.groups import Groups, Key
from analyzer.stats.quotes import Quotes
from analyzer.stats.rows import Rows

if TYPE_CHECKING:
    from analyzer.summary import Summary

MAGIC = b"lambdascope-summary/1\n"


def pack(summary: Summary) -> bytes:
    """The bytes of a summary: tables sorted, numbers in rows translated, words and keys that no row uses left out."""
    summary.forget()
    names = sorted(summary.inputs)
    streams = sorted(summary.streams, key=lambda s: s.key)
    used_words, used_keys = _used(summary)
    words, keys = sorted(used_words), sorted(used_keys)
    rows = summary.rows.copy()
    rows.remap("input", [names.index(n) for n in summary.input_numbers])
    place = {s.key: i for i, s in enumerate(streams)}
    rows.remap("stream", [place[s.key] for s in summary.streams])
    word_place, key_place = {w: i for i, w in enumerate(words)}, {k: i for i, k in enumerate(keys)}
    translation = [word_place.get(w, -1) for w in summary.words]
    for column in ("version", "error_type", "gap_line", "tail_line"):
        rows.remap(column, translation)
    rows.remap("error", [key_place.get(k, -1) for k in summary.keys])
    order = sorted(range(len(rows)), key=lambda i: (rows.input[i], rows.offset[i], rows.request_id(i)))
    rows = rows.take(order)
    header = {
        "inputs": [summary.inputs[n].to_json() for n in names],
        "streams": [s.to_json() for s in streams],
        "words": words,
        "keys": keys,
        "groups": summary.table.to_json(),
        "quotes": summary.boards.to_json(),
        "parts": [[p.input, p.start, p.end, [p.edges[k].to_json() for k in sorted(p.edges)]] for p in summary.parts],
        "rows": len(rows),
        "ids": rows.side_ids(),
    }
    return MAGIC + json.dumps(header, separators=(",", ":"), allow_nan=False).encode() + b"\n" + rows.to_bytes()


def _used(summary: Summary) -> tuple[set[str], set[Key]]:
    """Words and keys that a row refers to."""
    columns = (summary.rows.version, summary.rows.error_type, summary.rows.gap_line, summary.rows.tail_line)
    words = {summary.words[i] for column in columns for i in set(column) if i >= 0}
    return words, {summary.keys[i] for i in set(summary.rows.error) if i >= 0}


def unpack(data: bytes, into: Summary) -> Summary:
    """Fill an empty summary from bytes; ValueError says what is wrong with others."""
    if not data.startswith(MAGIC):
        raise ValueError("not a summary of this version of Lambdascope")
    head, _, body = data[len(MAGIC) :].partition(b"\n")
    header = json.loads(head)
    for entry in header["inputs"]:
        info = Input.from_json(entry)
        into.add_input(info.name, info.size)
        into.inputs[info.name] = info
    for stream in header["streams"]:
        into.stream_numbers[stream[0]] = len(into.streams)
        into.streams.append(StreamInfo.from_json(stream))
    for word in header["words"]:
        into.word(word)
    for key in header["keys"]:
        into.key(tuple(key))
    into.table, into.boards = Groups.from_json(header["groups"]), Quotes.from_json(header["quotes"])
    for name, start, end, edges in header["parts"]:
        found = [Stream.from_json(e, into.stream_numbers[e[0]]) for e in edges]
        into.parts.append(Part(name, start, end, {s.key: s for s in found}))
    into.rows = Rows.from_bytes(body, header["rows"], header["ids"])
    return into
