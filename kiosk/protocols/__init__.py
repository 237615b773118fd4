"""What terminals say, one file or folder a protocol; pure: bytes in, values out, no I/O and no clock."""
