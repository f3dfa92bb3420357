"""The dossier: all that a court's order to prove authority asks for, bound into one sealed file with an index."""
