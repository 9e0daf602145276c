/** Workflows: where traces wait, approvals that are pending, time of each step, breaches, the traces in flight, and the contracts. */

import { listed } from '../../api/client.js';
import * as monitoring from '../../api/monitoring.js';
import { element } from '../../core/dom.js';
import { parametersOf } from '../../core/range.js';
import { TraceList } from '../../part/tracelist.js';
import { Breaches } from './breaches.js';
import { ContractList } from './contracts.js';
import { Pending } from './pending.js';
import { StepTimes } from './steps.js';
import { Waiting } from './waiting.js';
import { WorkflowFilter } from './filter.js';

const MOST = 300;

/** @typedef {import('../../api/types.js').Trace} Trace */

/** @param {import('../../core/view.js').Context} context @returns {import('../../core/view.js').View} */
export function open(context) {
  const filter = new WorkflowFilter(context);
  const pending = new Pending(context);
  const waiting = new Waiting(context);
  const breaches = new Breaches(context);
  const times = new StepTimes();
  const contracts = new ContractList();
  const flight = new TraceList(context, 'workflow-traces', 'In flight and stuck', 'No trace is in flight. Traces that report their start, and not only their end, are listed while they run.');
  context.host.append(element('h1', { className: 'unseen' }, 'Workflows'), filter.root,
    element('div', { className: 'pair' }, pending.root, waiting.root), breaches.root, flight.root, times.root, contracts.root);

  const chosen = () => {
    const workflow = context.router.address.query.get('workflow');
    /** @type {[string, string] | null} */
    let pair = null;
    try {
      pair = workflow ? JSON.parse(workflow) : null;
    } catch {
      pair = null;
    }
    return Array.isArray(pair) && pair.length === 2 ? { service: listed(String(pair[0])), operation: listed(String(pair[1])) } : {};
  };
  const matches = (/** @type {{service: string, operation: string}} */ one) => {
    const { service, operation } = chosen();
    return (!service || listed(one.service) === service) && (!operation || listed(one.operation) === operation);
  };
  const open = context.refresher(
    signal => monitoring.traces({ state: 'stuck,running', tenant: context.tenant, limit: String(MOST), events: 'true' }, signal),
    answer => {
      const all = answer.traces;
      filter.add(all);
      const wanted = all.filter(matches);
      const state = context.router.address.query.get('state');
      const at = (/** @type {Trace} */ trace) => Date.parse(trace.startedAt ?? trace.lastEventAt);
      pending.show(wanted);
      waiting.show(wanted);
      flight.show(wanted.filter(trace => !state || trace.state === state).sort((a, b) => Number(b.state === 'stuck') - Number(a.state === 'stuck') || at(a) - at(b)), answer.cursor ? `of the first ${all.length}` : '');
    },
  );
  const ended = context.refresher(
    signal => monitoring.traces({ ...chosen(), state: 'completed,failed,cancelled', tenant: context.tenant, limit: String(MOST), events: 'true' }, signal),
    answer => {
      filter.add(answer.traces.filter(trace => (trace.events ?? []).some(({ kind }) => kind === 'plan_execution' || kind === 'approval_workflow' || kind === 'context_lifecycle')));
      times.show(answer.traces.filter(matches));
    },
    { leastMs: 10_000, mostMs: 30_000 },
  );
  const broken = context.refresher(
    signal => monitoring.anomalies({ ...parametersOf(context.range), tenant: context.tenant, limit: '500' }, signal),
    answer => breaches.show(answer.anomalies.filter(anomaly => ['CONTRACT', 'LEDGER', 'COMPLIANCE'].includes(anomaly.detector) && matches(anomaly))),
  );
  const agreed = context.refresher(signal => monitoring.contracts(context.tenant, signal), answer => contracts.show(answer.contracts), { leastMs: 30_000, mostMs: 60_000 });
  let shown = '';
  return {
    show({ query }) {
      const wanted = ['range', 'from', 'to', 'tenant', 'workflow', 'state'].map(name => query.get(name)).join('\n');
      if (wanted === shown) return;
      shown = wanted;
      filter.choose(query);
      flight.reset();
      for (const refresher of [open, ended, broken, agreed]) refresher.restart();
      context.subscribe('traces', 'subscribe_traces', { tenant: context.tenant, limit: '1' }, () => {
        open.changed();
        ended.changed();
      });
      context.subscribe('anomalies', 'subscribe_anomalies', { timeRange: context.range.text ?? undefined, tenant: context.tenant, limit: '1' }, () => broken.changed());
    },
  };
}
