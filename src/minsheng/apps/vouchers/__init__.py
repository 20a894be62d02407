"""Innovation vouchers: a pool in fen, firms that ask, listed providers, payment against proof."""
