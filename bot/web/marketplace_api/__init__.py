"""The reference server of the marketplace's API: what a real marketplace has to implement."""
