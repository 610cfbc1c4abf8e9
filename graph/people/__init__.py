"""Who works with whom, who did what, and who acted on whose records."""
