"""Acts of several sides on one affair of a firm: what loans and grants of shares have in common."""
