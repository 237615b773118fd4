"""The experts' service: stores cases, shows them, carries answers back."""
