"""Stand-ins for the outside registers: their own process, their own store, real sockets."""
