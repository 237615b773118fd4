"""One file per check, independent of each other."""
