"""Pages: the three questions for people, in Chinese and English."""
