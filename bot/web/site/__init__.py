"""What sellers' clients talk to."""
