"""The reading site, made by Sphinx from the saved notebooks: `python -m tools.site`. Its pages and settings: site/."""
