"""The console: the pages and the API that the staff works with."""
