"""The dashboard: a small App, a screen, a widget, a dialog a module."""
