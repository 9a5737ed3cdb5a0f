// What MathJax, which a page may run over its outputs, leaves alone: between two prices there is no formula.

/** Has nothing in a root element of ours typeset. */
export function keepFromTypesetting(el: HTMLElement): void {
  el.classList.add("mathjax_ignore", "tex2jax_ignore");
}
