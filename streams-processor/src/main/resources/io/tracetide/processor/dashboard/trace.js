/** One trace: its state, its spans on a time axis, and its events. */

import { byId, element, drawing, write, attribute, KeyedList } from './element.js';
import { milliseconds, moment, percent, span } from './format.js';
import { stateOf } from './traces.js';

const KINDS = {
  started: 'started',
  updated: 'update',
  ended: 'ended',
  event: 'event',
  context_lifecycle: 'context',
  plan_execution: 'plan',
  approval_workflow: 'approval',
  trace_milestone: 'milestone',
};
const WIDTH = 1_000;
/** Makes a span without length visible. */
const LEAST = 3;

export class Trace {
  constructor(onClose) {
    byId('trace-close').addEventListener('click', onClose);
    this.spans = new KeyedList(byId('trace-spans'), one => one.spanId ?? '', () => spanRow());
    this.events = new KeyedList(byId('trace-events'), event => event.key, () => eventRow());
    this.facts = new KeyedList(byId('trace-facts'), ([name]) => name, ([name]) => {
      const value = element('dd');
      return { root: element('div', {}, element('dt', {}, name), value), update: ([, text]) => write(value, text) };
    });
  }

  hide() {
    byId('trace').hidden = true;
  }

  /** @param wanted tenant and id of the requested trace */
  wait(wanted) {
    if (byId('trace').hidden || this.shown !== wanted.traceId) {
      byId('trace').hidden = false;
      write(byId('trace-title'), wanted.traceId);
      this.say('Loading', true);
    }
  }

  fail(wanted, failure) {
    byId('trace').hidden = false;
    write(byId('trace-title'), wanted.traceId);
    this.say(failure.message, this.shown !== wanted.traceId);
  }

  say(text, alone) {
    write(byId('trace-say'), text);
    byId('trace-say').hidden = text === '';
    byId('trace-body').hidden = alone;
  }

  show(trace) {
    const now = Date.now();
    this.shown = trace.traceId;
    byId('trace').hidden = false;
    this.say('', false);
    write(byId('trace-title'), `${trace.service} · ${trace.operation}`);
    write(byId('trace-id'), trace.traceId);
    const state = stateOf(trace.state);
    attribute(byId('trace-state'), 'data-state', trace.state);
    attribute(byId('trace-shape'), 'd', state.path);
    write(byId('trace-word'), state.word);
    this.facts.show(facts(trace, now));
    const begin = trace.startedAt === null ? Math.min(...trace.events.map(event => Date.parse(event.timestamp))) : Date.parse(trace.startedAt);
    const end = trace.endedAt === null ? Math.max(now, begin + 1) : Math.max(Date.parse(trace.endedAt), begin + 1);
    const scale = time => ((Date.parse(time) - begin) / (end - begin)) * WIDTH;
    this.spans.show(trace.spans.map(one => ({ ...one, events: trace.events.filter(event => event.spanId === one.spanId), scale, end: new Date(end).toISOString() })));
    byId('trace-spans').hidden = trace.spans.length === 0;
    this.events.show(trace.events.map((event, at) => ({ ...event, key: `${at} ${event.timestamp} ${event.kind} ${event.name}` })));
    const left = trace.eventsDropped;
    write(byId('trace-dropped'), left === 0 ? '' : `${left} events between the first and the newest ones were not kept.`);
  }
}

function facts(trace, now) {
  const time = text => moment(Date.parse(text), now);
  const open = trace.endedAt === null && trace.abandonedAt === null;
  const found = [];
  if (trace.startedAt !== null) found.push(['Started', `${time(trace.startedAt)}${open ? `, ${span(now - Date.parse(trace.startedAt))} ago` : ''}`]);
  if (trace.endedAt !== null) found.push(['Ended', time(trace.endedAt)]);
  if (trace.durationMs !== null) found.push(['Duration', milliseconds(trace.durationMs)]);
  if (trace.endedAt === null) found.push(['Last event', `${time(trace.lastEventAt)}, ${span(now - Date.parse(trace.lastEventAt))} ago`]);
  if (trace.stuckSince !== null) found.push(['Stuck', `since ${time(trace.stuckSince)}: no event for longer than ${span(trace.allowedSilenceMs)}`]);
  if (trace.abandonedAt !== null) found.push(['Abandoned', time(trace.abandonedAt)]);
  if (trace.progressPercentage !== null) found.push(['Progress', percent(trace.progressPercentage).replace(/\.\d+/, '')]);
  if (trace.currentOperation !== null) found.push(['Current operation', trace.currentOperation]);
  if (trace.error !== null) found.push(['Error', [trace.error.type, trace.error.message].filter(text => text !== '').join(': ') || 'unknown']);
  for (const [name, value] of [...Object.entries(trace.context), ...Object.entries(trace.tags)]) found.push([name, value]);
  for (const [name, value] of Object.entries(trace.metrics)) found.push([name, String(value ?? '–')]);
  const names = new Set();
  return found.filter(([name]) => !names.has(name) && names.add(name));
}

function spanRow() {
  const name = element('span', { className: 'span-name' });
  const took = element('span', { className: 'span-took' });
  const bar = drawing('rect', { height: 8, y: 4, rx: 2 });
  const marks = drawing('g');
  const root = element('li', {}, name, drawing('svg', { viewBox: `0 0 ${WIDTH} 16`, preserveAspectRatio: 'none', height: 16, 'aria-hidden': 'true' }, bar, marks), took);
  return {
    root,
    update: one => {
      const from = one.startedAt === null ? 0 : Math.max(0, one.scale(one.startedAt));
      const to = one.scale(one.endedAt ?? one.end);
      attribute(root, 'data-state', one.status);
      write(name, `${one.service} · ${one.operation}`);
      attribute(name, 'title', name.textContent);
      attribute(bar, 'x', Math.min(from, WIDTH - LEAST));
      attribute(bar, 'width', Math.max(LEAST, to - from));
      write(took, one.durationMs === null ? stateOf(one.status).word.toLowerCase() : milliseconds(one.durationMs));
      const wanted = one.events.filter(event => !['started', 'ended'].includes(event.kind));
      while (marks.childElementCount > wanted.length) marks.lastElementChild.remove();
      while (marks.childElementCount < wanted.length) marks.append(drawing('rect', { class: 'mark', width: LEAST, height: 16 }));
      wanted.forEach((event, at) => attribute(marks.children[at], 'x', Math.max(0, Math.min(WIDTH - LEAST, one.scale(event.timestamp)))));
    },
  };
}

function eventRow() {
  const when = element('time');
  const kind = element('span', { className: 'kind' });
  const name = element('b');
  const where = element('span', { className: 'where' });
  const more = element('small');
  return {
    root: element('li', {}, when, kind, element('div', {}, name, where, more)),
    update: event => {
      write(when, event.offsetMs === null ? moment(Date.parse(event.timestamp), Date.now()) : `+${milliseconds(event.offsetMs)}`);
      attribute(when, 'datetime', event.timestamp);
      write(kind, KINDS[event.kind] ?? event.kind);
      attribute(kind, 'data-kind', event.kind);
      write(name, event.name || '–');
      write(where, event.name === event.operation ? event.service : `${event.service} · ${event.operation}`);
      write(more, Object.entries(event.attributes).map(([key, value]) => `${key}=${value}`).join('  '));
    },
  };
}
