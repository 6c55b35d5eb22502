"""Pure rules of orders: no framework, no I/O, no clock of its own."""
