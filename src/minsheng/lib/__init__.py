"""Value types every tier may use. No framework, no clock, no randomness."""
