/** All events of a trace, in their order. */

import { KeyedList, attribute, element, name, write, writeName } from '../../core/dom.js';
import { milliseconds, moment } from '../../core/format.js';
import { marked } from './text.js';

/** @typedef {import('../../api/types.js').TraceEvent} TraceEvent */

/** @type {Record<string, string>} */
const KINDS = { started: 'started', updated: 'update', ended: 'ended', event: 'event', context_lifecycle: 'context', plan_execution: 'plan', approval_workflow: 'approval', trace_milestone: 'milestone' };

export class Events {
  constructor() {
    this.list = element('ol', { className: 'events', id: 'trace-events' });
    this.summary = element('summary', {}, element('h2', {}, 'Events'));
    this.note = element('span', { className: 'soft' });
    this.summary.append(this.note);
    this.root = element('section', { className: 'card' }, element('details', { open: true }, this.summary, this.list));
    this.rows = new KeyedList(this.list, (/** @type {{key: string, event: TraceEvent}} */ item) => item.key, item => row(item.event));
  }

  /** @param {import('../../api/types.js').Trace} trace */
  show(trace) {
    const events = trace.events ?? [];
    this.rows.show(events.map((event, at) => ({ key: `${at} ${event.timestamp} ${event.kind} ${event.name}`, event })));
    write(this.note, String(events.length));
    this.root.hidden = events.length === 0;
  }
}

/** @param {TraceEvent} event */
function row(event) {
  const when = element('time', { datetime: event.timestamp }, event.offsetMs === null ? moment(Date.parse(event.timestamp)) : `+${milliseconds(event.offsetMs)}`);
  const where = name('', 'soft');
  writeName(where, event.name === event.operation ? event.service : `${event.service} · ${event.operation}`);
  const kind = element('span', { className: 'kind' }, KINDS[event.kind] ?? event.kind);
  attribute(kind, 'data-kind', event.kind);
  const attributes = Object.entries(event.attributes).filter(([, value]) => value !== '').map(([key, value]) => `${key}=${value}`).join('  ');
  return { root: element('li', {}, when, kind, element('div', {}, element('b', {}, name(event.name || '–')), ' ', where, element('small', { dir: 'auto' }, ...marked(attributes)))), update() {} };
}
