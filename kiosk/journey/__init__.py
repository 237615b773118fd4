"""What happens next for staff, from home to rating; pure."""
