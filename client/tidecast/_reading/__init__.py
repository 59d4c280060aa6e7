"""How files as people have them are read: text, numbers, timestamps and the roles of columns."""
