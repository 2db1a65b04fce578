"""The exceptions a caller can meet.

    LambdascopeError            catch this one
    ├── UnknownInputError       no container claims the input; the message says what it is and what would work
    ├── UnreadableInputError    the input cannot be opened or is damaged from the first byte
    └── UsageError              an option or threshold that does not exist

Every message is one line and names the file, the place and the way out. A line that no dialect reads never raises:
it is counted and quoted in the report.
"""


class LambdascopeError(Exception):
    """Base of everything this package raises on purpose."""


class UnknownInputError(LambdascopeError):
    """No container claims the input.

    `name` is the input's name, `what` the sentence that names the thing ("dashboard.png is a picture, not a log
    export."), `how` how that was seen, `way_out` what would work.
    """

    def __init__(self, name: str, what: str, how: str, way_out: str) -> None:
        """Join the three sentences into the one-line message."""
        super().__init__(f"{what} {how} {way_out}".strip())
        self.name, self.what, self.how, self.way_out = name, what, how, way_out


class UnreadableInputError(LambdascopeError):
    """The input cannot be opened or read at all."""


class UsageError(LambdascopeError):
    """An option, id or threshold that does not exist, with the ones that do."""
