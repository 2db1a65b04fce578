"""What to do about it, computed: the sizes and limits to set, and the command that sets them in each tool.

Every act comes as one `Fix` a tool with one title. The AWS CLI command can be pasted as it is; the others are the lines
that change in a template. Only numbers measured in the log are computed; what the log cannot know (an alias, a role, a
commit) is a placeholder, and the note says so.
"""

from analyzer.remedies.access import allow, simulate
from analyzer.remedies.capacity import on_demand_table, provisioned_concurrency
from analyzer.remedies.code import good_version, rebuild, rollback
from analyzer.remedies.logs import full_export, read_request
from analyzer.remedies.settings import memory, snap_start, timeout, tracing
from analyzer.remedies.sizes import next_memory, next_timeout, peak_of, round_memory

__all__ = [
    "allow",
    "full_export",
    "good_version",
    "memory",
    "next_memory",
    "next_timeout",
    "on_demand_table",
    "peak_of",
    "provisioned_concurrency",
    "read_request",
    "rebuild",
    "rollback",
    "round_memory",
    "simulate",
    "snap_start",
    "timeout",
    "tracing",
]
