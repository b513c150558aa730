"""The way to the terminal: what differs from what it shows, and never more than it takes."""
