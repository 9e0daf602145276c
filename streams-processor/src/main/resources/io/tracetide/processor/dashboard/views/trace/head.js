/** What a trace is: state, times, progress, error, context, tags, and links to elsewhere. */

import { attribute, button, element, name, write, writeName } from '../../core/dom.js';
import { full, milliseconds, moment, span, wholePercent } from '../../core/format.js';
import { shape, traceState } from '../../core/status.js';
import { facts } from './text.js';

/** @typedef {import('../../api/types.js').Trace} Trace */

export class TraceHead {
  /** @param {import('../../core/view.js').Context} context @param {string} id */
  constructor(context, id) {
    this.context = context;
    this.mark = element('span', { className: 'mark' });
    this.note = element('span', { className: 'reason' });
    this.state = element('p', { className: 'status-line' }, this.mark, this.note);
    this.service = name();
    this.operation = name('', 'soft');
    this.id = element('code', { id: 'trace-id' }, id);
    const copy = button('Copy the id', async () => {
      const done = await navigator.clipboard?.writeText(this.id.textContent ?? '').then(() => true, () => false);
      write(copy, done ? 'Copied' : 'Select it');
      setTimeout(() => write(copy, 'Copy the id'), 1_500);
    }, { className: 'link' });
    this.crumb = element('a', { href: context.router.link('fleet') }, 'Fleet');
    this.external = element('a', { className: 'more', target: '_blank', rel: 'noreferrer noopener', hidden: true }, 'Open in the tracing UI');
    this.bar = element('progress', { max: '100', 'aria-label': 'Progress', hidden: true });
    this.facts = element('div');
    this.root = element('header', { className: 'head' },
      element('p', { className: 'crumbs' }, this.crumb),
      element('div', { className: 'head-line' }, element('h1', { id: 'trace-title' }, this.service, ' ', this.operation), this.state, this.bar),
      element('p', { className: 'trace-id' }, this.id, copy, this.external),
      this.facts);
    this.shownFacts = '';
  }

  /** @param {Trace} trace */
  show(trace) {
    const { word } = traceState(trace.state);
    attribute(this.state, 'data-trace', trace.state);
    if (this.mark.textContent !== word) this.mark.replaceChildren(shape(traceState(trace.state), 14), element('b', {}, word));
    write(this.note, note(trace));
    writeName(this.service, trace.service);
    writeName(this.operation, trace.operation);
    write(this.id, trace.traceId);
    this.crumb.href = this.context.router.link('service', [trace.tenant, trace.service]);
    write(this.crumb, trace.service);
    this.bar.hidden = trace.endedAt !== null || trace.progressPercentage === null;
    this.bar.value = trace.progressPercentage ?? 0;
    const template = this.context.about.traceUrl;
    this.external.hidden = template === '';
    if (template) this.external.href = template.replaceAll('{traceId}', encodeURIComponent(trace.traceId)).replaceAll('{service}', encodeURIComponent(trace.service));
    const pairs = pairsOf(trace);
    const key = JSON.stringify(pairs);
    if (key === this.shownFacts) return;
    this.shownFacts = key;
    this.facts.replaceChildren(facts(pairs));
  }
}

/** @param {Trace} trace */
function note(trace) {
  const now = Date.now();
  const started = trace.startedAt === null ? null : Date.parse(trace.startedAt);
  if (trace.durationMs !== null) return `took ${milliseconds(trace.durationMs)}`;
  const age = started === null ? '' : `started ${span(now - started)} ago, `;
  const heard = `last event ${span(now - Date.parse(trace.lastEventAt))} ago`;
  if (trace.stuckSince !== null) return `${age}${heard}; more than ${span(trace.allowedSilenceMs ?? 0)} without events is stuck`;
  return trace.abandonedAt !== null ? `given up ${moment(Date.parse(trace.abandonedAt))}` : `${age}${heard}`;
}

/** @param {Trace} trace @returns {[string, string][]} */
function pairsOf(trace) {
  /** @type {[string, string][]} */
  const pairs = [];
  if (trace.startedAt !== null) pairs.push(['Started', full(Date.parse(trace.startedAt))]);
  if (trace.endedAt !== null) pairs.push(['Ended', full(Date.parse(trace.endedAt))]);
  if (trace.stuckSince !== null) pairs.push(['Stuck since', full(Date.parse(trace.stuckSince))]);
  if (trace.progressPercentage !== null) pairs.push(['Progress', wholePercent(trace.progressPercentage)]);
  if (trace.currentOperation) pairs.push(['Now doing', trace.currentOperation]);
  if (trace.error) pairs.push(['Error', [trace.error.type, trace.error.message].filter(Boolean).join(': ') || 'without a message']);
  if (trace.tenant !== 'default') pairs.push(['Tenant', trace.tenant]);
  for (const group of [trace.context, trace.tags, trace.metadata]) for (const [key, value] of Object.entries(group ?? {})) pairs.push([key, value]);
  for (const group of [trace.metrics, trace.resources]) for (const [key, value] of Object.entries(group ?? {})) if (value !== null) pairs.push([key, String(value)]);
  return pairs;
}
