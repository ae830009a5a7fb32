"""Folders of the repository that tests read."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
NODE = TESTS / "node"
VECTORS = TESTS / "vectors"
