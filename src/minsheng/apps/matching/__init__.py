"""Which requests are about one thing: their sketches, found by place, class and time."""
