"""Carries a case to the desk: nothing lost, nothing twice, always in order."""
