"""Sphinx's settings for the reading site. `python -m tools.site` builds it; see tools/site/."""

# Where the notebooks run in the browser, seen from the site's first page. Left out when it is not there.
lite = "lite"

project = html_title = "Why the sigmoid?"
language = "en"
html_show_copyright = html_show_sphinx = False
extensions = ["myst_nb", "sphinx.ext.mathjax", "tools.site.pages"]
exclude_patterns = ["README.md"]

nb_execution_mode = "off"
nb_custom_formats = {".ipynb": "tools.site.pages.page_of"}
nb_render_markdown_format = "gfm"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
add_module_names = False
toc_object_entries = False

# Served with the site. Without its menu a formula is no stop for the Tab key; screen readers find its MathML.
mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {"options": {"enableMenu": False}}

html_theme = "sphinx_book_theme"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_favicon = "static/icon.svg"
html_use_index = False
html_sourcelink_suffix = ""
html_context = {"default_mode": "auto"}
html_theme_options = {
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "use_fullscreen_button": False,
    "navbar_persistent": [],
    "footer_content_items": ["extra-footer"],
    "extra_footer": "Code: MIT licence. Text and pictures: CC BY 4.0.",
}
