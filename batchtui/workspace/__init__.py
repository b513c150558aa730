"""The one door: what a screen or a command may ask for, and the types that pass through it."""
