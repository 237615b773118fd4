"""What is attached, what it says, what is wrong."""
