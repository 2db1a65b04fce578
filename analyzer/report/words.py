"""Moved to analyzer.words (detectors need it too); import from there."""

from analyzer.words import *  # noqa: F403
