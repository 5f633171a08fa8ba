"""Static files with hashed names, inside ES module imports too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    # Without it only the entry module is hashed and its imports go stale after an upgrade.
    support_js_module_import_aggregation = True
