"""Numbers, units and times as every view writes them: `1,860`, `87 ms`, `256 MB`, `0.65%`, `08:26:00.126`.

Pure functions of their arguments. All times are UTC. None in means None was measured: the caller decides what to say
then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

MINUS = "\N{MINUS SIGN}"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def count(n: int) -> str:
    """A whole number with thousands separated.

    >>> count(1860), count(0), count(-1200)
    ('1,860', '0', '-1,200')
    """
    return f"{n:,}"


def plural(n: int, one: str, many: str | None = None) -> str:
    """A count and its noun.

    >>> plural(1, "line"), plural(3, "line"), plural(2, "retry", "retries")
    ('1 line', '3 lines', '2 retries')
    """
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def number(value: float, digits: int = 3) -> str:
    """A number with at most `digits` significant digits and no trailing zeros; thousands separated.

    >>> number(1.4), number(1.0), number(87.26), number(1412.77), number(0.0)
    ('1.4', '1', '87.3', '1,413', '0')
    """
    if value == 0:
        return "0"
    places = max(0, digits - len(str(int(abs(value))))) if abs(value) >= 1 else digits
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def duration(ms: float) -> str:
    """A duration in the unit a person would choose.

    >>> duration(0.6), duration(87), duration(1412.77), duration(30_000), duration(125_000)
    ('0.6 ms', '87 ms', '1.4 s', '30 s', '2 min 5 s')
    >>> duration(9.996), duration(999.7), duration(59_960), duration(3_720_000), duration(338_400_000), duration(-5)
    ('10 ms', '1 s', '1 min', '1 h 2 min', '3 d 22 h', '\N{MINUS SIGN}5 ms')
    """
    if ms < 0:
        return MINUS + duration(-ms)
    if round(ms, 1) < 10:
        return f"{number(round(ms, 1))} ms"
    if round(ms) < 1_000:
        return f"{round(ms)} ms"
    if round(ms / 1_000, 1) < 10:
        return f"{number(round(ms / 1_000, 1))} s"
    seconds = round(ms / 1_000)
    if ms < 100_000 and seconds < 60:
        return f"{number(round(ms / 1_000, 1))} s"
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    for (unit, size), (below, step) in pairwise(units):
        if seconds >= size:
            rest = seconds % size // step
            return f"{seconds // size} {unit}" + (f" {rest} {below}" if rest else "")
    return f"{seconds} s"


def milliseconds(ms: float) -> str:
    """A duration always in ms, for columns where one unit makes the rows comparable.

    >>> milliseconds(1412.77), milliseconds(3.2)
    ('1,413 ms', '3.2 ms')
    """
    return f"{number(ms) if ms < 10 else count(round(ms))} ms"


def memory(mb: float) -> str:
    """Memory in MB, as Lambda prints it.

    >>> memory(256), memory(10240), memory(1.47)
    ('256 MB', '10,240 MB', '1.47 MB')
    """
    return f"{number(mb)} MB" if mb < 10 else f"{count(round(mb))} MB"


def percent(ratio: float) -> str:
    """A ratio as a percentage with two significant digits below 10%; never rounds something to 0% or all to 100%.

    >>> percent(0.0065), percent(0.066), percent(0.5), percent(1), percent(0), percent(0.9999), percent(0.000001)
    ('0.65%', '6.6%', '50%', '100%', '0%', '99.99%', 'under 0.01%')
    """
    value = ratio * 100
    if value == 0:
        return "0%"
    if 0 < value < 0.01:
        return "under 0.01%"
    if 99 < value < 100:
        return "99.99%" if value >= 99.985 else f"{number(int(value * 100) / 100, 4)}%"
    places = 2 if value < 1 else 1 if value < 10 else 0
    text = f"{value:,.{places}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def of(k: int, n: int) -> str:
    """A share as counts.

    >>> of(12, 1860)
    '12 of 1,860'
    """
    return f"{count(k)} of {count(n)}"


def money(usd: float) -> str:
    """US dollars with two significant digits below one, cents above.

    >>> money(0.00131), money(0), money(12.5), money(1234.5), money(0.0000000002)
    ('$0.0013', '$0', '$12.50', '$1,234.50', 'under $0.000001')
    """
    if usd == 0:
        return "$0"
    if usd < 0:
        return MINUS + money(-usd)
    if usd < 0.000001:
        return "under $0.000001"
    if usd >= 1:
        return f"${usd:,.2f}"
    places = 2
    while round(usd, places) == 0 or usd * 10**places < 10:
        places += 1
    return f"${usd:.{places}f}"


def size(n: int) -> str:
    """A size in bytes, decimal units as file managers and the AWS console print them.

    >>> size(64), size(418_000), size(11_400_000), size(212_000_000), size(2_000_000_000), size(999_999)
    ('64 bytes', '418 kB', '11.4 MB', '212 MB', '2 GB', '1 MB')
    """
    if n < 1_000:
        return plural(n, "byte")
    value = float(n)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1_000
        if (round(value, 1) < 1_000 and round(value) < 1_000) or unit == "TB":
            return f"{number(value)} {unit}"
    raise AssertionError("unreachable: TB takes everything")


def moment(ms: int) -> datetime:
    """A time in ms since the epoch as an aware UTC datetime; years outside 1 to 9999 are clamped, never an error."""
    low, high = -62_135_596_800_000, 253_402_300_799_999
    return _EPOCH + timedelta(milliseconds=min(max(ms, low), high))


def clock(ms: int) -> str:
    """Time of day with milliseconds.

    >>> clock(1773908760126)
    '08:26:00.126'
    """
    return moment(ms).strftime("%H:%M:%S.") + f"{ms % 1_000:03d}"


def minute(ms: int) -> str:
    """Time of day to the minute.

    >>> minute(1773908760126)
    '08:26'
    """
    return moment(ms).strftime("%H:%M")


def day(ms: int) -> str:
    """The date as the log writes it.

    >>> day(1773908760126)
    '2026-03-19'
    """
    return moment(ms).strftime("%Y-%m-%d")


def short_day(ms: int) -> str:
    """The date for narrow places, without the year.

    >>> short_day(1773908760126)
    '19 Mar'
    """
    at = moment(ms)
    return f"{at.day} {_MONTHS[at.month - 1]}"


def stamp(ms: int) -> str:
    """Date and time to the millisecond, as in `2026-03-19 08:26:00.126`."""
    return f"{day(ms)} {clock(ms)}"


def period(first: int, last: int) -> str:
    """A span of time, as short as it stays unambiguous.

    >>> period(1773900000000, 1773918000000), period(1773900000000, 1774000000000)
    ('2026-03-19 06:00 to 11:00 UTC', '2026-03-19 06:00 to 2026-03-20 09:46 UTC')
    >>> period(1773908760126, 1773908765126), period(1773908760126, 1773908760126)
    ('2026-03-19 08:26:00 to 08:26:05 UTC', '2026-03-19 08:26:00 UTC')
    """
    a, b = moment(first), moment(last)
    form = "%H:%M" if last - first >= 120_000 else "%H:%M:%S"
    start = f"{day(first)} {a.strftime(form)}"
    if a.replace(microsecond=0) == b.replace(microsecond=0):
        return f"{start} UTC"
    end = b.strftime(form) if a.date() == b.date() else f"{day(last)} {b.strftime(form)}"
    return f"{start} to {end} UTC"


def confidence(value: float) -> str:
    """The word for a confidence: sure from 0.90, likely from 0.60, possible below.

    >>> confidence(0.97), confidence(0.6), confidence(0.59)
    ('sure', 'likely', 'possible')
    """
    return "sure" if value >= 0.90 else "likely" if value >= 0.60 else "possible"


def believed(value: float) -> str:
    """Word and number of a confidence; what is read off the log without judgement (1.0) is a fact.

    >>> believed(0.98), believed(1.0)
    ('sure, 0.98', 'fact')
    """
    return "fact" if value >= 1 else f"{confidence(value)}, {value:.2f}"


def ordinal(n: int) -> str:
    """A position in words of the log.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 22, 92, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd', '92nd', '113th']
    """
    if n % 100 in (11, 12, 13):
        return f"{count(n)}th"
    return count(n) + {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def listed(items: Iterable[str], last: str = "and") -> str:
    """A list in a sentence.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    *head, tail = list(items) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def quantile_shown(n: int, q: float) -> bool:
    """Whether `n` values are enough to print quantile `q`: n >= 10 / (1 - q), so p95 needs 200 and p99 1,000.

    >>> quantile_shown(200, 0.95), quantile_shown(199, 0.95), quantile_shown(1000, 0.99)
    (True, False, True)
    """
    return n * (1 - q) >= 10 - 1e-9
