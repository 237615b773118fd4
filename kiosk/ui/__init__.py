"""The window: pages draw one screen value and emit one act; knows the model and Qt, nothing else."""
