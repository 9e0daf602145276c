/** Alerts of the alert sink: groups, who was notified, acknowledgements and silences. */

import * as alerts from '../../api/alerts.js';
import { button, element, write } from '../../core/dom.js';
import { Groups } from './groups.js';
import { Outcomes } from './outcomes.js';
import { Silences } from './silences.js';

const EVERY_MS = 5_000;

/** @param {import('../../core/view.js').Context} context @returns {import('../../core/view.js').View} */
export function open(context) {
  context.host.append(element('h1', { className: 'unseen' }, 'Alerts'));
  if (!context.about.alerting) {
    context.host.append(element('section', { className: 'card first' }, element('h2', {}, 'No alert sink is configured'),
      element('p', {}, 'Set processor.dashboard.alertsUrl to the address of the alert sink, for example http://127.0.0.1:9093, and start the processor again. Its alerts are shown and handled here.')));
    return { show() {} };
  }
  const readOnly = element('p', { className: 'hint', hidden: context.mayAct }, 'This token reads only: acknowledging and silencing need an admin token.');
  const groups = new Groups(context, () => changed());
  const silences = new Silences(context, () => changed());
  const outcomes = new Outcomes(context);
  const create = button('New silence…', async () => {
    const { silenceDialog } = await import('../../part/silence.js');
    silenceDialog(context, { tenant: context.tenant || context.about.caller.tenants[0] || 'default', matchers: [{ name: 'service', value: '', isRegex: false, isEqual: true }] }, changed);
  }, { className: 'quiet' });
  if (context.mayAct) silences.title.append(create);
  context.host.append(readOnly, groups.root, silences.root, outcomes.root);

  const failed = (/** @type {HTMLElement} */ where) => (/** @type {unknown} */ failure) => {
    where.hidden = false;
    write(where, failure instanceof Error ? failure.message : 'No answer.');
  };
  const list = context.refresher(signal => alerts.groups(signal), answer => groups.show(answer), { mostMs: EVERY_MS, fail: failed(groups.empty) });
  const muted = context.refresher(signal => alerts.silences(signal), answer => silences.show(answer), { mostMs: 2 * EVERY_MS, fail: failed(silences.empty) });
  const sent = context.refresher(signal => alerts.notifications(signal), answer => {
    outcomes.show(answer);
    groups.delivered(answer);
  }, { mostMs: EVERY_MS, fail: failed(outcomes.empty) });
  const changed = () => {
    for (const refresher of [list, muted, sent]) refresher.changed();
  };
  let started = false;
  return {
    show({ query }) {
      groups.choose(query.get('alert') ?? '');
      if (started) return;
      started = true;
      for (const refresher of [list, muted, sent]) refresher.restart();
      // An anomaly that opens or is resolved becomes an alert or ends one soon after.
      context.subscribe('anomalies', 'subscribe_anomalies', { tenant: context.tenant, limit: '1' }, changed);
    },
  };
}
