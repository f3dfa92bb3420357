"""What a matter's author can get wrong although every file can be read; one module per file of the folder."""
