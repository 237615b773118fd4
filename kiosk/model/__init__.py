"""Pure values shared by kiosk and desk: frozen structs with bounds, no I/O, no clock."""
