"""Training sets: a recipe of labels, thresholds, splits and caps becomes rows with targets and credit, in files."""
