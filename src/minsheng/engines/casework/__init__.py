"""Cases with items: what a joint service is, what will happen, what may happen next."""
