lock:
	.venv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate requirements.in -o requirements.txt
