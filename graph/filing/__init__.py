"""Filing: records into volumes (组卷), numbers (档号), boxes (装盒) and shelves. docs/filing.md has the rules."""
