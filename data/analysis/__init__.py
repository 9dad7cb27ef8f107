"""Hot spots, scores and trends: pure functions over numpy, and what they are asked with."""
