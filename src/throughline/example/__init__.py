"""The fictional programme: simulated from a readable file and a seed, and loaded with actions and exchange only."""
