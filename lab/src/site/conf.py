"""Sphinx's settings for `cargo lab site`."""

project = "Concurrency, measured on your own cores"
html_title = project
language = "en"
extensions = ["myst_parser"]
exclude_patterns = ["extra", "static", "doctrees"]
html_theme = "furo"
html_theme_options = {"top_of_page_buttons": []}
html_static_path = ["static"]
html_extra_path = ["extra"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_use_index = False
html_show_copyright = False
# Summaries are fetched page by page, which a browser does not do for files.
html_show_search_summary = False
# `:dep` is evcxr's, not Rust's.
suppress_warnings = ["misc.highlighting_failure"]
