"""The compiled engine's kernel: the reference engine's behaviour on arrays."""
