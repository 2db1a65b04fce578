"""Detectors, one a module, each exporting `DETECTOR`: Summary -> Finding."""
