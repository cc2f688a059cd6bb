"""What is measured, and how: `make bench`. Every figure comes from the real processes on this machine."""
