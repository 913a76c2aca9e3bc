"""Passages of coded text as intervals: asking which lie on, in, near, before or after which. Characters are never expanded.

`spans` holds passages of many sources in columns and the arithmetic of intervals, `asking` the relations that a question about
codes is put together from.
"""
