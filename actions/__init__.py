"""Rasa actions, one file per area: read slots, call one use case, say what it answers."""
