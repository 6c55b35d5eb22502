"""The support assistant for marketplace sellers: business rules, use cases and edges."""
