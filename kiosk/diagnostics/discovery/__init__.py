"""What is attached: serial ports and USB devices, merged and identified."""
