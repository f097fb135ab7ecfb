"""Benchmarks. Each compares Pulsar with a known reference in one run, and prints the results."""
