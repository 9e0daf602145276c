/** Elements. Texts of services and users reach the page as text or as the value of an attribute, never through markup. */

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined>} Attributes */

/**
 * An element with classes, attributes and children; strings among the children become text.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(name === 'className' ? 'class' : name, value === true ? '' : String(value));
  }
  append(made, children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element of SVG.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function drawing(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  append(made, children);
  return /** @type {SVGElement} */ (made);
}

/** @param {Element} parent @param {Child[]} children */
function append(parent, children) {
  for (const child of children) if (child || child === '') parent.append(child);
}

/** Sets text only when it differs, so that an update neither moves a selection nor wakes a screen reader. @param {Node} node @param {string} text */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets text that may be cut by the layout, with the whole text in the title. @param {Element} node @param {string} text */
export function writeName(node, text) {
  write(node, text);
  attribute(node, 'title', text);
}

/** @param {Element} node @param {string} name @param {string | number | boolean | null} value */
export function attribute(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/** A text of a service or user, isolated from the direction of the text around it. @param {string} [text] @param {string} [className] */
export function name(text = '', className = '') {
  return element('bdi', { className: className || null, title: text || null }, text);
}

/** A button. @param {string} label @param {() => void} onClick @param {Attributes} [attributes] */
export function button(label, onClick, attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', onClick);
  return made;
}

/**
 * Makes the children of a parent match a list: kept ones stay the same elements, so that focus and open details survive an update.
 * @template T
 */
export class KeyedList {
  /**
   * @param {Element} parent
   * @param {(item: T) => string} keyOf
   * @param {(item: T) => {root: Element, update(item: T): void}} make
   */
  constructor(parent, keyOf, make) {
    this.parent = parent;
    this.keyOf = keyOf;
    this.make = make;
    /** @type {Map<string, {root: Element, update(item: T): void}>} */
    this.parts = new Map();
  }

  /** @param {Iterable<T>} items */
  show(items) {
    /** @type {Map<string, {root: Element, update(item: T): void}>} */
    const kept = new Map();
    for (const item of items) {
      const key = this.keyOf(item);
      if (kept.has(key)) continue;
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

/**
 * Radio buttons drawn as one strip.
 * @param {string} legend
 * @param {string} group name of the radio buttons
 * @param {[string, string][]} choices value and label
 * @param {string} chosen
 * @param {(value: string) => void} onChoose
 */
export function segments(legend, group, choices, chosen, onChoose) {
  const inputs = choices.map(([value]) => {
    const input = element('input', { type: 'radio', name: group, value });
    input.checked = value === chosen;
    input.addEventListener('change', () => onChoose(value));
    return input;
  });
  const root = element('fieldset', { className: 'segments' }, element('legend', { className: 'unseen' }, legend),
    ...choices.map(([, label], at) => element('label', {}, inputs[at], element('span', {}, label))));
  return {
    root,
    /** @param {string} value */
    choose: value => { for (const input of inputs) input.checked = input.value === value; },
  };
}
