from tests.e2e.tab import browser_of_module, open_tab, site  # noqa: F401
