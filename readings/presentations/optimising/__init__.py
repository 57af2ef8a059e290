"""Who gets which slot where wishes are ranked: the parts of ``presentations.assignment``.  Pure."""
