"""Guaranteed loans of firms: from application to repayment, a loss shared out of the risk fund."""
