"""What is kept of a talk with a terminal: trace, redaction, bundle; nothing leaves without redaction."""
