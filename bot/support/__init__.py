"""Pure rules of support: who holds a conversation, escalation, FAQ entries, responses."""
