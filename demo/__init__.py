"""The demo archive: sources as an archive centre would have them, with the truth about them written beside."""
