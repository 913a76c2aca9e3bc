"""Benchmarks: each prints ratios against peers, measured in one run on one machine. Not tests."""
