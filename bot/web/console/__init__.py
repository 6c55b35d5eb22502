"""The console of the support staff: pages under /console, JSON under /api/console/v1."""
