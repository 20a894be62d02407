"""Money that goes out: pots, instalments reserved before they are paid, batches, what banks answer."""
