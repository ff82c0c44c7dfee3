"""The smallest PDF that a vendor can enclose, and the same with a script in it."""


def pdf(title: str, *, script: str = "") -> bytes:
    """`script` runs by itself when the file is opened, which no file of ours may."""
    action = f" /OpenAction << /S /JavaScript /JS ({script}) >>" if script else ""
    return _file(
        f"<< /Type /Catalog /Pages 2 0 R /Lang (sv){action} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        f"<< /Title ({title}) >>",
    )


def _file(*objects: str) -> bytes:
    """With the table of where each object begins. The first is the catalog, the last the information."""
    content, begins = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, start=1):
        begins.append(len(content))
        content += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in begins)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\n"
    ends = f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}"
    return content + f"{ends}startxref\n{len(content)}\n%%EOF\n".encode()
