/** Values of traces as text, with what was masked marked as such. */

import { element } from '../../core/dom.js';

/** As masking leaves personal data: `[email]`, or `[email 1f9a…]` with a pseudonym. */
const MASKED = /\[(?:secret|email|card|iban|phone|ip)(?:[^\]]{0,40})\]/g;

/** @param {string} text @returns {(Node | string)[]} */
export function marked(text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(MASKED)) {
    parts.push(text.slice(end, match.index), element('mark', { title: 'Masked before it was stored' }, match[0]));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}

/** Names and values. @param {[string, string][]} pairs */
export function facts(pairs) {
  return element('dl', { className: 'facts' }, ...pairs.map(([key, value]) => element('div', {}, element('dt', {}, element('bdi', {}, key)), element('dd', { dir: 'auto' }, ...marked(value)))));
}
