/** Spans in the order of a tree: children below their parent, by their start. */

import { preciseTime } from '../../core/format.js';

/** @typedef {import('../../api/types.js').Span} Span */
/** @typedef {import('../../api/types.js').TraceEvent} TraceEvent */
/** @typedef {{span: Span, depth: number, children: number, ancestors: string[], events: TraceEvent[]}} Node */

/** @param {Span[]} spans @param {TraceEvent[]} events @returns {Node[]} */
export function treeOf(spans, events) {
  const byId = new Map(spans.map(span => [span.spanId, span]));
  /** @type {Map<string, Span[]>} */
  const children = new Map();
  /** @type {Span[]} */
  const roots = [];
  for (const span of spans) {
    const parent = span.parentSpanId;
    if (parent && byId.has(parent) && parent !== span.spanId) children.set(parent, [...(children.get(parent) ?? []), span]);
    else roots.push(span);
  }
  /** @type {Map<string, TraceEvent[]>} */
  const own = new Map();
  for (const event of events) own.set(event.spanId, [...(own.get(event.spanId) ?? []), event]);
  const at = (/** @type {Span} */ span) => preciseTime(span.startedAt ?? span.endedAt ?? '') || 0;
  const byStart = (/** @type {Span} */ a, /** @type {Span} */ b) => at(a) - at(b);
  /** @type {Node[]} */
  const nodes = [];
  const seen = new Set();
  const visit = (/** @type {Span} */ span, /** @type {string[]} */ ancestors) => {
    if (seen.has(span.spanId)) return;
    seen.add(span.spanId);
    const below = (children.get(span.spanId) ?? []).sort(byStart);
    nodes.push({ span, depth: ancestors.length, children: below.length, ancestors, events: own.get(span.spanId) ?? [] });
    for (const child of below) visit(child, [...ancestors, span.spanId]);
  };
  for (const root of roots.sort(byStart)) visit(root, []);
  // Parents that name each other have no root.
  for (const span of spans) visit(span, []);
  return nodes;
}
