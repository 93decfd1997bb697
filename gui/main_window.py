"""The window: step rail, page stack, message strip."""
