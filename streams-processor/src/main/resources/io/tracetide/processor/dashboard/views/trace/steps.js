/** Steps of a workflow: context, plan, approvals and milestones, with the time from each to the next, and what it waits for. */

import { element, name } from '../../core/dom.js';
import { clock, span } from '../../core/format.js';

/** @typedef {import('../../api/types.js').Trace} Trace */
/** @typedef {import('../../api/types.js').TraceEvent} TraceEvent */

/** @type {Record<string, string>} */
const KINDS = { context_lifecycle: 'context', plan_execution: 'plan', approval_workflow: 'approval', trace_milestone: 'milestone' };
const DECIDED = /^(approved|granted|accepted|rejected|denied|declined|cancelled|withdrawn|expired|completed|approval_workflow)$/i;
const ASKED = /^(requested|submitted|pending|in_review|assigned|opened)$/i;

export class Steps {
  constructor() {
    this.list = element('ol', { className: 'steps' });
    this.waiting = element('p', { className: 'waiting', hidden: true });
    this.root = element('section', { className: 'card', 'aria-labelledby': 'steps-title', hidden: true },
      element('div', { className: 'title' }, element('h2', { id: 'steps-title' }, 'Steps')), this.waiting, this.list);
    this.shown = '';
  }

  /** @param {Trace} trace */
  show(trace) {
    const steps = (trace.events ?? []).filter(({ kind }) => kind in KINDS);
    this.root.hidden = steps.length === 0;
    const pending = pendingApproval(steps, trace);
    this.waiting.hidden = pending === null;
    if (pending) this.waiting.textContent = `Waits for an approval for ${span(Date.now() - Date.parse(pending.timestamp))}${pending.attributes.requester ? `, requested by ${pending.attributes.requester}` : ''}.`;
    const key = JSON.stringify(steps);
    if (key === this.shown) return;
    this.shown = key;
    this.list.replaceChildren(...steps.map((step, at) => row(step, steps[at + 1] ?? null, trace)));
  }
}

/** The approval that was requested and is not decided; null if there is none. @param {TraceEvent[]} steps @param {Trace} trace */
export function pendingApproval(steps, trace) {
  if (trace.endedAt !== null) return null;
  const approvals = steps.filter(({ kind }) => kind === 'approval_workflow');
  const last = approvals.findLast(({ name: text, attributes }) => ASKED.test(text) || ASKED.test(attributes.status ?? ''));
  if (!last) return null;
  const after = approvals.slice(approvals.indexOf(last) + 1);
  return after.some(({ name: text, attributes }) => DECIDED.test(text) || DECIDED.test(attributes.status ?? '')) ? null : last;
}

/** @param {TraceEvent} step @param {TraceEvent | null} next @param {Trace} trace */
function row(step, next, trace) {
  const until = next?.timestamp ?? trace.endedAt;
  const took = until ? Date.parse(until) - Date.parse(step.timestamp) : null;
  return element('li', { 'data-kind': step.kind },
    element('time', { datetime: step.timestamp }, clock(Date.parse(step.timestamp))),
    element('span', { className: 'kind' }, KINDS[step.kind]),
    element('b', {}, name(step.name)),
    element('span', { className: 'soft' }, took === null ? 'so far' : took >= 1_000 ? `${span(took)} to the next` : ''),
    element('small', { dir: 'auto' }, Object.entries(step.attributes).filter(([, value]) => value !== '').map(([key, value]) => `${key}=${value}`).join('  ')));
}
