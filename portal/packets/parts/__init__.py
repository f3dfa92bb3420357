"""The parts of a packet: cover, terms with their personal slots, exhibits, authority record."""
