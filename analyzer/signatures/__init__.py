"""Text patterns of failures, one family a module, each exporting `SIGNATURES`, with lines that match and look-alikes."""
