/** Spans in the order of a tree: children below their parent, by their start. */

import { preciseTime } from '../../core/format.js';

/** @typedef {import('../../api/types.js').Span} Span */
/** @typedef {import('../../api/types.js').TraceEvent} TraceEvent */
/** @typedef {{key: string, span: Span, depth: number, children: number, ancestors: string[], events: TraceEvent[]}} Node */

/**
 * Client and server may report one span under the same id (Zipkin); without ids, a span is known by its operation.
 * @param {Span} span
 */
function keyOf({ spanId, service, operation, kind }) {
  return JSON.stringify(spanId === null ? [service, operation, kind] : [spanId, service, kind]);
}

/** @param {Span[]} spans @param {TraceEvent[]} events @returns {Node[]} */
export function treeOf(spans, events) {
  /** @type {Map<string, Span>} */
  const byId = new Map();
  for (const span of spans) {
    // The server's side has the children.
    if (span.spanId !== null && (span.kind === 'server' || !byId.has(span.spanId))) byId.set(span.spanId, span);
  }
  const clients = new Map(spans.flatMap(span => (span.spanId !== null && span.kind === 'client' ? [[span.spanId, span]] : [])));
  const parentOf = (/** @type {Span} */ span) => {
    const client = span.kind === 'server' ? clients.get(span.spanId ?? '') : undefined;
    const parent = client ?? byId.get(span.parentSpanId ?? '');
    return parent === span ? undefined : parent;
  };
  /** @type {Map<Span, Span[]>} */
  const children = new Map();
  /** @type {Span[]} */
  const roots = [];
  for (const span of spans) {
    const parent = parentOf(span);
    if (parent) children.set(parent, [...(children.get(parent) ?? []), span]);
    else roots.push(span);
  }
  const at = (/** @type {Span} */ span) => preciseTime(span.startedAt ?? span.endedAt ?? '') || 0;
  const byStart = (/** @type {Span} */ a, /** @type {Span} */ b) => at(a) - at(b);
  const isOf = (/** @type {TraceEvent} */ event, /** @type {Span} */ span) => event.spanId === span.spanId && event.service === span.service && (span.spanId !== null || event.operation === span.operation);
  /** @type {Node[]} */
  const nodes = [];
  const seen = new Set();
  const visit = (/** @type {Span} */ span, /** @type {string[]} */ ancestors) => {
    if (seen.has(span)) return;
    seen.add(span);
    const key = keyOf(span);
    const below = (children.get(span) ?? []).sort(byStart);
    nodes.push({ key, span, depth: ancestors.length, children: below.length, ancestors, events: events.filter(event => isOf(event, span)) });
    for (const child of below) visit(child, [...ancestors, key]);
  };
  for (const root of roots.sort(byStart)) visit(root, []);
  // Parents that name each other have no root.
  for (const span of spans) visit(span, []);
  return nodes;
}
