"""A history of some weeks for demo mode: clearly made up, the same for the same day."""
