"""Lambda's and CloudWatch's numbers, each with its unit and where it is written down.

Engineering choices of this package (chunk sizes, bounds) stand at the end, apart from AWS's facts.
"""

QUOTAS = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
LIFECYCLE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"
MEMORY = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"
PRICING = "https://aws.amazon.com/lambda/pricing/"

MEMORY_MIN_MB = 128  # QUOTAS
MEMORY_MAX_MB = 10_240  # QUOTAS
MEMORY_ONE_VCPU_MB = 1_769  # MEMORY: "at 1,769 MB, a function has the equivalent of one vCPU"
TIMEOUT_MAX_S = 900  # QUOTAS
TIMEOUT_DEFAULT_S = 3  # the console's and the API's default
INIT_LIMIT_MS = 10_000  # LIFECYCLE: the init phase of an on-demand function

# PRICING, us-east-1, first tier, USD. Other Regions and tiers differ; the report names this assumption.
PRICE_GB_SECOND = {"x86_64": 0.0000166667, "arm64": 0.0000133334}
PRICE_REQUEST = 0.0000002

CHUNK_BYTES = 1 << 20  # one read; large enough for the parser's loop, small enough to cancel within a blink
SNIFF_BYTES = 64 << 10  # what a container may look at to recognise its format
EVENT_BYTES = 1 << 20  # CloudWatch's own bound of one event; longer text is cut and the cut is counted
GAP_BYTES = 16 << 20  # no event begins in this many bytes: the rest is not a log export
QUOTE_CHARS = 1_000  # a quoted line in the report
GROUPS = 4_096  # distinct error groups kept; more are sampled by hash, their number stays exact
QUOTED_STREAMS = 4_096  # log streams for which lines are quoted
BACK_MS = 5_000  # a stream that goes back by more begins again: a page or file that was read before
SORT_BYTES = 64 << 20  # text of an export that is not in time order, kept to be sorted
LAYERS = 3  # of compression around each other: Firehose may compress what CloudWatch Logs compressed
ENTRIES = 20_000  # files of one archive
RATIO = 1_000  # decompressed to compressed bytes, beyond RATIO_FROM_BYTES: logs reach 10 to 200, deflate at most 1,032
RATIO_FROM_BYTES = 256 << 20
UNPACKED_BYTES = 64 << 30  # of one compressed input: more than a browser can read in a night
