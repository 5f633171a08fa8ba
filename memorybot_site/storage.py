"""Static files with hashed names, inside the imports of our own ES modules too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_, _imports = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    # Without it only the entry module is hashed and its imports go stale after an upgrade. Django's own switch reads
    # the scripts of other packages too, some of which import what only a bundler knows.
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _imports))
