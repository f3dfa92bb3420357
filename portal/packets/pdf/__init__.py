"""PDF as bytes: numbered objects, fonts, content, images and embedded pages, without knowing what a packet is."""
