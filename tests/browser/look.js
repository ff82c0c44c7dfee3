// What can be measured of a page as it stands, whichever its language. Returns sentences; none is good.
(ACTIVE) => {
  const SMALLEST = 44;
  const root = document.documentElement;
  const found = [];

  const named = (element) => {
    const id = element.id && `#${element.id}`;
    const classes = [...element.classList].map((name) => `.${name}`).join("");
    return `<${element.localName}${id}${classes}> "${element.textContent.trim().slice(0, 40)}"`;
  };

  const shown = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });

  // A card whose link covers it by ::after is the target, not the link's words.
  const reach = (element) => {
    const cover = getComputedStyle(element, "::after");
    const covers = cover.content !== "none" && cover.position === "absolute" && element.offsetParent;
    return (covers ? element.offsetParent : element).getBoundingClientRect();
  };

  // WCAG 2.5.5 lets a link be as high as its line when other words stand on the line.
  const inRunningText = (element) => {
    if (getComputedStyle(element).display !== "inline") return false;
    const around = element.closest("p, li, dd, dt, td, h1, h2, h3, h4, h5, summary, div").cloneNode(true);
    for (const active of around.querySelectorAll(ACTIVE)) active.remove();
    return around.textContent.trim() !== "";
  };

  const wide = root.clientWidth;
  if (root.scrollWidth > wide) {
    const culprits = [...document.body.querySelectorAll("*")].filter(
      (element) => shown(element) && element.getBoundingClientRect().right > wide + 0.5,
    );
    found.push(`overflow: ${root.scrollWidth} px, by ${culprits.slice(-3).map(named).join(", ")}`);
  }
  for (const element of document.body.querySelectorAll("*")) {
    const cut = !element.matches("input, textarea, select") && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible";
    if (cut && shown(element)) found.push(`cut off: ${named(element)}`);
  }
  // In a flex or grid box each is an item of its own, and the spaces between words and what stands beside them are gone.
  for (const element of document.body.querySelectorAll("*")) {
    if (!/flex|grid/.test(getComputedStyle(element).display) || !shown(element)) continue;
    const items = [...element.childNodes].filter((node) => node.textContent.trim() && (node.nodeType === Node.TEXT_NODE || shown(node)));
    if (items.length > 1 && items.some((node) => node.nodeType === Node.TEXT_NODE)) found.push(`run together: ${named(element)}`);
  }
  // A column so narrow that short words are cut in two.
  for (const cell of document.querySelectorAll("th, td")) {
    if (!shown(cell)) continue;
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const { 0: word, index } of texts.currentNode.data.matchAll(/(?<![^\s("])[\p{L}\d_]{2,12}(?=[.,:;?!)"]*(?:\s|$))/gu)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, index);
        range.setEnd(texts.currentNode, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) found.push(`broken: "${word}" in ${named(cell)}`);
      }
    }
  }
  for (const element of document.querySelectorAll(ACTIVE)) {
    if (!shown(element) || inRunningText(element)) continue;
    const { width, height } = reach(element);
    if (Math.min(width, height) < SMALLEST - 0.01) found.push(`target: ${Math.round(width)} × ${Math.round(height)} px, ${named(element)}`);
  }
  const headings = [...document.querySelectorAll("h1")].filter(shown);
  if (headings.length !== 1) found.push(`h1: there are ${headings.length}`);
  if (!document.title.trim()) found.push("title: empty");
  return found;
}
