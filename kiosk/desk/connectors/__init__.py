"""One file per third-party helpdesk."""
