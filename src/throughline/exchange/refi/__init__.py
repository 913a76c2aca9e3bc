"""REFI-QDA, the exchange standard of qualitative software: projects (.qdpx, .qde) and codebooks (.qdc), in and out."""
