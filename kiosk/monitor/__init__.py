"""Watches terminals in the background."""
