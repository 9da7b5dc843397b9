"""Kernels that start warm: a process imports what notebooks need, and forks for each of them."""
