"""How much a process grows, read from /proc. Linux only."""

import re
from pathlib import Path


class Peak:
    """From now on; the kernel keeps the highest, however short it lasts."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")
        # 5 resets the highest (proc(5), clear_refs).
        (self._folder / "clear_refs").write_text("5")
        self._before = self._read("VmRSS")

    def grown(self) -> float:
        """MB more at the highest than at the beginning."""
        return round((self._read("VmHWM") - self._before) / 1024, 1)

    def _read(self, name: str) -> int:
        found = re.search(rf"^{name}:\s+(\d+) kB", (self._folder / "status").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
