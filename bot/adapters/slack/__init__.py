"""Slack over its own library."""
