"""Pure kernels: dataclasses, arrays and tables in, the same out."""
