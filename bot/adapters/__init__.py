"""Implementations of the ports, one per file."""
