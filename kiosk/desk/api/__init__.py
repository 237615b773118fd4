"""What kiosks and scripts talk to: JSON, streams and uploads; draws no pages."""
