"""A request with a loop: taken in, dispatched, handled, answered, asked back, done again or closed."""
