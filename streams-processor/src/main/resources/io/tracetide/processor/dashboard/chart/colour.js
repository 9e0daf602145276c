/** Colours of the theme for canvases, which know no variables. */

/** @type {Map<string, string>} */
const known = new Map();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => known.clear());
addEventListener('themechange', () => known.clear(), { capture: true });

/** @param {string} variable such as --line-0 */
export function colour(variable) {
  const before = known.get(variable);
  if (before) return before;
  const probe = document.createElement('i');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  known.set(variable, found);
  return found;
}
