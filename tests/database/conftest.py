"""What only one engine has is collected on that engine only."""

from app.database import POSTGRES

collect_ignore = ["test_busy_file.py" if POSTGRES else "test_pool.py"]
