"""Open ports that bytes go through, and the one driver of conversations."""
