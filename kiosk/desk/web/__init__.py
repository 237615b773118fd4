"""The experts' console, rendered here."""
