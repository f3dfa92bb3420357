"""Type-setting: texts become lines, lines become strips, strips become pages."""
