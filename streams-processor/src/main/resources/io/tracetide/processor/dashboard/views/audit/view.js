/** The audit trail: whether its chains are valid, and its entries, newest first. */

import * as monitoring from '../../api/monitoring.js';
import { element } from '../../core/dom.js';
import { parametersOf } from '../../core/range.js';
import { Entries } from './entries.js';
import { SEARCHED, SearchForm } from './search.js';
import { Verification } from './verification.js';

/** @typedef {import('../../api/types.js').Audit} Audit */
/** @typedef {import('../../api/types.js').AuditEntry} AuditEntry */

const PAGE = 100;

/** @param {import('../../core/view.js').Context} context @returns {import('../../core/view.js').View} */
export function open(context) {
  const verification = new Verification(context);
  const search = new SearchForm(context);
  const entries = new Entries(context, () => void more());
  context.host.append(element('h1', { className: 'unseen' }, 'Audit trail'), verification.root, search.root, entries.root);
  /** @type {AuditEntry[]} pages after the newest one */
  let older = [];
  /** @type {string | null} */
  let cursor = null;
  let searches = 0;

  const wanted = () => {
    const { query } = context.router.address;
    const range = query.get('all') === 'true' ? {} : parametersOf(context.range);
    return { ...range, tenant: context.tenant, limit: String(PAGE), ...Object.fromEntries(SEARCHED.map(field => [field, query.get(field) ?? undefined])) };
  };
  /** @type {AuditEntry[]} */
  let newest = [];
  const draw = () => entries.show([...newest, ...older], cursor !== null);
  // The cursor belongs to a range with a fixed end, so following pages are of the search that began them.
  const list = context.refresher(signal => monitoring.audit(wanted(), signal), answer => {
    if (older.length > 0) return;
    newest = answer.entries;
    ({ cursor } = answer);
    entries.scanned(answer);
    draw();
  }, { mostMs: 15_000, fail: failure => entries.fail(failure) });
  const more = async () => {
    const search = searches;
    if (cursor === null) return;
    entries.busy(true);
    try {
      const answer = await monitoring.audit({ ...wanted(), cursor });
      if (search !== searches || context.closed) return;
      older = [...older, ...answer.entries];
      ({ cursor } = answer);
      entries.scanned(answer);
      draw();
    } catch (failure) {
      context.frame.failed(failure);
    } finally {
      entries.busy(false);
    }
  };
  const chains = context.refresher(signal => monitoring.auditVerification(signal), answer => verification.show(answer), { mostMs: 10_000, fail: failure => verification.fail(failure) });
  let shown = '';
  return {
    show({ query }) {
      search.show(query);
      const now = ['range', 'from', 'to', 'tenant', 'all', ...SEARCHED].map(field => query.get(field)).join('\n');
      if (now === shown) return;
      if (shown === '') chains.restart();
      shown = now;
      searches++;
      older = [];
      newest = [];
      cursor = null;
      entries.load();
      list.restart();
    },
  };
}
