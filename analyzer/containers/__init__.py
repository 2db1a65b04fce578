"""File formats, one a module, each exporting `FORMAT`: bytes -> Events."""
