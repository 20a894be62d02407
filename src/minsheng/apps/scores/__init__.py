"""What firms declare, what it is worth by a table of scores, and the weights that officers enter."""
