/** One trace: what it is, its steps, its spans as a tree on a time axis, and its events. It grows while it is in flight. */

import { listed } from '../../api/client.js';
import * as monitoring from '../../api/monitoring.js';
import { element, write } from '../../core/dom.js';
import { Breaches } from './breaches.js';
import { Events } from './events.js';
import { TraceHead } from './head.js';
import { Steps } from './steps.js';
import { Waterfall } from './waterfall.js';

const ENDED_EVERY_MS = 60_000;

/** @param {import('../../core/view.js').Context} context @returns {import('../../core/view.js').View} */
export function open(context) {
  const [tenant = 'default', id = ''] = context.router.address.path;
  const head = new TraceHead(context, id);
  const breaches = new Breaches(context);
  const steps = new Steps();
  const waterfall = new Waterfall(context);
  const events = new Events();
  const body = element('div', { className: 'trace-body', hidden: true }, breaches.root, steps.root, waterfall.root, events.root);
  const empty = element('p', { className: 'card empty', id: 'trace-missing' }, 'Loading');
  context.host.append(head.root, empty, body);
  /** @type {import('../../api/types.js').Trace | null} */
  let shown = null;

  const draw = () => {
    if (!shown) return;
    head.show(shown);
    steps.show(shown);
    waterfall.show(shown);
    events.show(shown);
  };
  const trace = context.refresher(signal => monitoring.trace(tenant, id, signal), answer => {
    const first = shown === null;
    shown = answer;
    context.frame.title(`${answer.service} · ${answer.operation}`);
    empty.hidden = true;
    body.hidden = false;
    trace.mostMs = answer.endedAt === null ? 5_000 : ENDED_EVERY_MS;
    draw();
    if (!first) return;
    found.restart();
    context.subscribe('trace', 'subscribe_traces', { service: listed(answer.service), tenant, limit: '1' }, message => {
      if (message.traces.some((/** @type {{traceId: string}} */ one) => one.traceId === answer.traceId)) {
        trace.changed();
        found.changed();
      }
    });
  }, {
    mostMs: 5_000,
    leastMs: 300,
    fail: failure => {
      if (shown) context.frame.failed(failure);
      else write(empty, failure instanceof Error ? failure.message : 'No answer.');
    },
  });
  const found = context.refresher(
    signal => monitoring.anomalies({ tenant, limit: '500' }, signal),
    answer => breaches.show(answer.anomalies.filter(anomaly => anomaly.traceIds.includes(shown?.traceId ?? '') || Object.values(anomaly.exemplars).includes(shown?.traceId ?? ''))),
    { mostMs: 30_000 },
  );
  context.eachSecond(() => {
    if (shown && shown.endedAt === null && !context.frame.held) draw();
  });
  let started = false;
  return {
    show: () => {
      if (!started) trace.restart();
      started = true;
    },
  };
}
