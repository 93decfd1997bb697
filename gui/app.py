"""QApplication, style, exception hook; builds the window."""
