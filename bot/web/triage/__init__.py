"""The triage API: tickets of other systems in, what they are about out."""
