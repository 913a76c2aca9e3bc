"""Loading the fictional programme: each module one part of it, through the same actions as everybody else."""
