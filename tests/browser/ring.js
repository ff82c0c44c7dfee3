// Where the keyboard stands and whether that can be seen. Null on nothing in particular.
(active) => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const number = [...document.querySelectorAll(active)].indexOf(element);

  const colour = (text) => text.match(/rgba?\(([^)]+)\)/)?.[1].split(/[ ,/]+/).map(Number) ?? [0, 0, 0, 0];
  const light = (rgb) => {
    const [red, green, blue] = rgb.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [light(one), light(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };

  let ground = element.parentElement;
  while (ground && colour(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
  const behind = ground ? colour(getComputedStyle(ground).backgroundColor) : [255, 255, 255];
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const thick = outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const there = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  const name = `<${element.localName}> "${element.textContent.trim().slice(0, 40)}"`;
  return { number, name, thick, contrast: contrast(colour(outlineColor), behind), there };
}
