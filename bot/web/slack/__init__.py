"""Where Slack calls us."""
