"""What happens next for staff, from home to rating; pure: (journey, turn) -> (journey, wishes), and a screen of it."""
