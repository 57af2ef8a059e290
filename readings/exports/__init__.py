"""A course as documents that others can read, and that import back as nothing new."""
