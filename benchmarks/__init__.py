"""Benchmarks. Each compares Pulsar with something known in one run, and prints the figures."""
