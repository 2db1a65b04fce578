"""Text patterns of failures, one family a module, each exporting `SIGNATURES` with samples and look-alikes."""
