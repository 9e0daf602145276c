/** Spans as a tree beside a time axis. A span opens to its attributes and events; a parent closes over its children. */

import { KeyedList, attribute, button, drawing, element, name, write, writeName } from '../../core/dom.js';
import { milliseconds, preciseTime } from '../../core/format.js';
import { traceState } from '../../core/status.js';
import { facts } from './text.js';
import { treeOf } from './tree.js';

/** @typedef {import('./tree.js').Node} Node */
/** @typedef {import('../../api/types.js').Trace} Trace */

const WIDTH = 1_000;
const LEAST = 3;
const DEEPEST = 12;

export class Waterfall {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.note = element('p');
    this.axis = element('div', { className: 'axis', 'aria-hidden': 'true' });
    this.list = element('ol', { className: 'spans', id: 'trace-spans' });
    this.root = element('section', { className: 'card', 'aria-labelledby': 'spans-title' },
      element('div', { className: 'title' }, element('h2', { id: 'spans-title' }, 'Spans'), this.note), this.axis, this.list);
    this.rows = new KeyedList(this.list, (/** @type {Node} */ node) => node.key, () => this.row());
    /** @type {Set<string>} */
    this.closed = new Set();
    /** @type {Set<string>} */
    this.opened = new Set();
    this.begin = 0;
    this.end = 1;
  }

  /** @param {Trace} trace */
  show(trace) {
    this.trace = trace;
    const spans = trace.spans ?? [];
    const times = [...spans.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]), trace.startedAt, trace.endedAt, ...(trace.events ?? []).map(({ timestamp }) => timestamp)].flatMap(time => (time ? [preciseTime(time)] : []));
    this.begin = Math.min(...times);
    this.end = Math.max(trace.endedAt === null ? Date.now() : 0, this.begin + 0.001, ...times);
    const nodes = treeOf(spans, trace.events ?? []);
    this.rows.show(nodes.filter(({ ancestors }) => !ancestors.some(id => this.closed.has(id))));
    write(this.note, `${spans.length}${trace.eventsDropped > 0 ? `; ${trace.eventsDropped} events were not kept` : ''}`);
    const parts = [0, 0.25, 0.5, 0.75, 1].map(part => milliseconds(part * (this.end - this.begin)));
    if (this.axis.textContent !== parts.join('')) this.axis.replaceChildren(...parts.map(text => element('span', {}, text)));
    this.root.hidden = spans.length === 0;
  }

  /** @param {string} time */
  x(time) {
    return Math.max(0, Math.min(WIDTH, ((preciseTime(time) - this.begin) / (this.end - this.begin)) * WIDTH));
  }

  /** @param {Set<string>} set @param {string} id */
  toggle(set, id) {
    if (!set.delete(id)) set.add(id);
    if (this.trace) this.show(this.trace);
  }

  row() {
    let id = '';
    const fold = button('', () => this.toggle(this.closed, id), { className: 'fold' });
    const service = name('', 'span-service');
    const operation = name('', 'soft');
    const open = button('', () => this.toggle(this.opened, id), { className: 'span-name', 'aria-expanded': 'false' });
    open.append(service, operation);
    const bar = drawing('rect', { height: 10, y: 4, rx: 2 });
    const marks = drawing('g');
    const took = element('span', { className: 'span-took' });
    const details = element('div', { className: 'span-details', hidden: true });
    const tree = element('div', { className: 'span-tree' }, fold, open);
    const root = element('li', {}, tree, drawing('svg', { viewBox: `0 0 ${WIDTH} 18`, preserveAspectRatio: 'none', 'aria-hidden': 'true', class: 'span-bar' }, bar, marks), took, details);
    let shown = '';
    return {
      root,
      update: (/** @type {Node} */ node) => {
        const { span } = node;
        id = node.key;
        attribute(root, 'data-trace', span.status);
        tree.style.paddingInlineStart = `${Math.min(node.depth, DEEPEST) * 16}px`;
        fold.disabled = node.children === 0;
        write(fold, node.children === 0 ? '' : this.closed.has(id) ? '▸' : '▾');
        attribute(fold, 'aria-label', node.children === 0 ? 'no children' : `${node.children} children of ${span.operation}`);
        attribute(fold, 'aria-expanded', node.children === 0 ? null : !this.closed.has(id));
        writeName(service, span.service);
        writeName(operation, span.operation);
        const failed = span.status === 'failed' ? ', failed' : '';
        write(took, span.durationMs === null ? traceState(span.status).word.toLowerCase() : `${milliseconds(span.durationMs)}${failed}`);
        const from = span.startedAt ? this.x(span.startedAt) : 0;
        const to = span.endedAt ? this.x(span.endedAt) : this.trace?.endedAt === null ? WIDTH : from;
        attribute(bar, 'x', Math.min(from, WIDTH - LEAST).toFixed(1));
        attribute(bar, 'width', Math.max(LEAST, to - from).toFixed(1));
        this.mark(marks, node);
        const isOpen = this.opened.has(id);
        details.hidden = !isOpen;
        attribute(open, 'aria-expanded', isOpen);
        const key = isOpen ? JSON.stringify([span, node.events]) : '';
        if (isOpen && key !== shown) details.replaceChildren(...detailsOf(node));
        shown = key;
      },
    };
  }

  /** Events of a span as strokes over its bar. @param {SVGElement} marks @param {Node} node */
  mark(marks, { events }) {
    const wanted = events.filter(({ kind }) => kind !== 'started' && kind !== 'ended');
    while (marks.childElementCount > wanted.length) marks.lastElementChild?.remove();
    while (marks.childElementCount < wanted.length) marks.append(drawing('rect', { class: 'stroke', width: LEAST, height: 18 }));
    for (const [at, event] of wanted.entries()) attribute(marks.children[at], 'x', Math.min(WIDTH - LEAST, this.x(event.timestamp)).toFixed(1));
  }
}

/** @param {Node} node */
function detailsOf({ span, events }) {
  /** @type {[string, string][]} */
  const pairs = [['span id', span.spanId ?? 'none'], ['parent', span.parentSpanId ?? 'none'], ['service', span.service], ['operation', span.operation], ['kind', span.kind], ['status', span.status]];
  if (span.error) pairs.push(['error type', span.error.type], ['error', span.error.message]);
  for (const [key, value] of Object.entries(span.tags)) pairs.push([key, value]);
  const others = events.filter(({ kind }) => kind !== 'started' && kind !== 'ended');
  const list = others.length === 0 ? [] : [element('h3', {}, 'Events'), element('ol', {}, ...others.map(event => element('li', {}, element('time', {}, event.offsetMs === null ? '' : `+${milliseconds(event.offsetMs)}`), ' ', name(event.name), ' ', ...Object.entries(event.attributes).flatMap(([key, value]) => [element('code', {}, `${key}=${value}`), ' ']))))];
  return [facts(pairs), ...list];
}
