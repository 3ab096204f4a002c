"""Replications, paired comparisons and the results store."""
