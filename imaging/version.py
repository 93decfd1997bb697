"""The engine's version: written into every result, and the folder name of derived data."""

__version__ = "0.1.0"
