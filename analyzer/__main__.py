"""`python -m analyzer`: the command line, from a checkout with nothing installed."""

import sys

from analyzer.cli import main

if __name__ == "__main__":
    sys.exit(main())
