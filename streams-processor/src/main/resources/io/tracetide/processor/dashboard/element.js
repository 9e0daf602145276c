/** The only place that makes elements. Everything shown goes through textContent or an attribute, never through markup. */

export const byId = id => document.getElementById(id);

/** An element with classes, attributes and children; strings among the children become text. */
export function element(tag, { className = '', ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.filter(child => child !== null));
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function drawing(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** Sets text only when it differs, so that a refresh neither moves a selection nor wakes a screen reader. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function attribute(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/**
 * Makes the children of a parent match a list: kept ones stay the same elements, so focus and open details survive a refresh.
 * `make(item)` returns an object with a `root` element and an `update(item)`.
 */
export class KeyedList {
  constructor(parent, keyOf, make) {
    this.parent = parent;
    this.keyOf = keyOf;
    this.make = make;
    this.parts = new Map();
  }

  show(items) {
    const kept = new Map();
    for (const item of items) {
      const key = this.keyOf(item);
      const part = this.parts.get(key) ?? this.make(item);
      part.update(item);
      kept.set(key, part);
    }
    for (const [key, part] of this.parts) if (!kept.has(key)) part.root.remove();
    let next = this.parent.firstElementChild;
    for (const part of kept.values()) {
      if (part.root === next) next = next.nextElementSibling;
      else this.parent.insertBefore(part.root, next);
    }
    this.parts = kept;
  }
}

/** Radio buttons drawn as one strip. */
export function segments(fieldset, name, choices, chosen, onChoose) {
  for (const [value, label] of choices) {
    const input = element('input', { type: 'radio', name, value });
    input.checked = value === chosen;
    input.addEventListener('change', () => onChoose(value));
    fieldset.append(element('label', {}, input, element('span', {}, label)));
  }
}
