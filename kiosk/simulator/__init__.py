"""Terminals that answer like real ones, with faults to switch on; knows nothing of diagnostics or protocols."""
