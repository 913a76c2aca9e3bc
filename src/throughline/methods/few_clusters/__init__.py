"""Intervals for the contrast from individual answers, where sites are few: what stands beside the headline, never in its place.

`answers` holds what goes in, `sums` what of it each site gives, `cr2` and `jackknife` two standard errors with their degrees of
freedom, `wild` the bootstrap that draws whole sites' residuals, `normal` the usual interval and when it is refused,
`likelihood` fits of logit and Poisson, `ratios` odds and rate ratios, `detectable` what a study can find before any data.
"""
