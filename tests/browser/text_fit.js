// What of the texts in an element cannot be read: cut off beside free room, lying over one another, too small.
// Evaluated in a page with the element; gives a list of findings in words.
(root) => {
  const SLACK = 1.5; // pixels
  const FREE = 24; // pixels beside a text with an ellipsis: from here on there was room
  const SMALLEST = 10.9; // pixels

  const scrolls = (style) => /auto|scroll/.test(style.overflowX);
  const clips = (style) => /hidden|clip/.test(style.overflowX);
  const words = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  const where = (element) => {
    const named = element.closest("[class]");
    return `${named?.getAttribute("class").split(" ")[0] ?? element.tagName}`;
  };

  /** Up to the root, the element itself first. */
  function* around(element) {
    for (let at = element; at && at !== root.parentElement; at = at.parentElement) yield at;
  }

  const isShown = (element) => {
    for (const at of around(element)) {
      const style = getComputedStyle(at);
      if (style.visibility === "hidden" || Number(style.opacity) === 0 || at.classList.contains("lgj-sr")) return false;
    }
    return true;
  };

  const LINES = 40; // of one text that are looked at

  /** A text's lines, each with its rectangle as far as it is in sight, and what cuts it beside. */
  function linesOf(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].slice(0, LINES).flatMap((line) => lookAt(node, line) ?? []);
  }

  function lookAt(node, whole) {
    const element = node.parentElement;
    let [left, right, top, bottom] = [whole.left, whole.right, whole.top, whole.bottom];
    let cutBy = null;
    for (const at of around(element)) {
      const style = getComputedStyle(at);
      if (!clips(style) && !scrolls(style) && !/auto|scroll|hidden|clip/.test(style.overflowY)) continue;
      const box = at.getBoundingClientRect();
      if (scrolls(style) && (left > box.right || right < box.left)) return null; // to be scrolled to
      if (clips(style) && (left < box.left - SLACK || right > box.right + SLACK)) cutBy ??= at;
      if (scrolls(style)) [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      else if (clips(style)) [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    if (right - left < 1 && !cutBy) return null;
    if (bottom - top < 2) return null;
    return { element, text: words(node.textContent), left, right, top, bottom, cutBy };
  }

  /** How much room is free to the right of a clipped element, up to its neighbour or its container's end. */
  function freeBeside(element) {
    const box = element.getBoundingClientRect();
    const parent = element.parentElement;
    const style = getComputedStyle(parent);
    const end = parent.getBoundingClientRect().right - parseFloat(style.paddingRight) - parseFloat(style.borderRightWidth);
    const beside = [...parent.children]
      .filter((each) => each !== element)
      .map((each) => each.getBoundingClientRect())
      .filter((each) => each.width > 0 && each.left >= box.right - 1 && each.top < box.bottom && each.bottom > box.top);
    return Math.min(end, ...beside.map((each) => each.left)) - box.right;
  }

  function isIntended(text) {
    const { cutBy } = text;
    const hasEllipsis = [...around(text.element)].some((at) => getComputedStyle(at).textOverflow === "ellipsis");
    const isTold = [...around(text.element)].some((at) => at.title || at.getAttribute("aria-label"));
    return hasEllipsis && isTold && freeBeside(cutBy) < FREE;
  }

  const texts = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent.trim() || /^(STYLE|SCRIPT|OPTION|TITLE)$/.test(node.parentElement.tagName)) continue;
    if (!isShown(node.parentElement)) continue;
    texts.push(...linesOf(node));
  }

  const findings = [];
  for (const text of texts) {
    if (text.cutBy && !isIntended(text)) findings.push(`cut in ${where(text.cutBy)}: ${text.text}`);
    const plane = text.element.closest(".lgj-graph-plane");
    const scale = plane ? new DOMMatrix(getComputedStyle(plane).transform).a : 1;
    const size = parseFloat(getComputedStyle(text.element).fontSize) * scale;
    if (size < SMALLEST) findings.push(`small (${size.toFixed(1)} px) in ${where(text.element)}: ${text.text}`);
  }

  const isHidden = (one, other) => {
    // What lies over it is opaque: a head that stays while rows pass under it, a menu.
    const x = (Math.max(one.left, other.left) + Math.min(one.right, other.right)) / 2;
    const y = (Math.max(one.top, other.top) + Math.min(one.bottom, other.bottom)) / 2;
    const top = document.elementFromPoint(x, y);
    if (!top || !root.contains(top)) return true;
    for (const [over, under] of [[one, other], [other, one]]) {
      for (const at of around(over.element)) {
        if (at.contains(under.element)) break;
        const { backgroundColor } = getComputedStyle(at);
        const opaque = !/^rgba\(.*, 0?\.?\d*\)$|transparent/.test(backgroundColor);
        if (opaque && (at === top || at.contains(top))) return true;
      }
    }
    return false;
  };
  texts.sort((a, b) => a.top - b.top);
  for (let index = 0; index < texts.length; index += 1) {
    const one = texts[index];
    for (let next = index + 1; next < texts.length && texts[next].top < one.bottom; next += 1) {
      const other = texts[next];
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across <= SLACK || down <= 3 || isHidden(one, other)) continue;
      if (one.element === other.element) continue;
      findings.push(`over one another in ${where(one.element)} and ${where(other.element)}: ${one.text} | ${other.text}`);
    }
  }
  return [...new Set(findings)];
}
