"""A scenario as plain arrays, every random number, and the rules both engines share."""
