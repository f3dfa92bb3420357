"""Evidence: uploaded, made harmless, stored sealed and numbered as exhibits.

Kept free of imports: the box (`portal.evidence.box`) starts a fresh process for each file and must start fast.
"""
