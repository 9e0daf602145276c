/** Chooses one workflow, which is the root operation of its traces. */

import { element, segments } from '../../core/dom.js';

/** @typedef {import('../../api/types.js').Trace} Trace */

export class WorkflowFilter {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.select = element('select', { id: 'workflow' }, element('option', { value: '' }, 'all workflows'));
    this.select.addEventListener('change', () => context.router.change({ workflow: this.select.value }));
    this.state = segments('State', 'flight-state', [['', 'In flight'], ['stuck', 'Stuck only']], '', value => context.router.change({ state: value }));
    this.root = element('div', { className: 'strip inner' }, element('label', { className: 'choice' }, element('span', {}, 'Workflow'), this.select), this.state.root);
    /** @type {Set<string>} */
    this.known = new Set();
  }

  /** @param {Trace[]} traces */
  add(traces) {
    for (const { service, operation } of traces) this.option(JSON.stringify([service, operation]));
  }

  /** @param {string} key */
  option(key) {
    if (this.known.has(key) || this.known.size > 200) return;
    this.known.add(key);
    this.select.append(element('option', { value: key }, JSON.parse(key).join(' · ')));
  }

  /** @param {URLSearchParams} query */
  choose(query) {
    const wanted = query.get('workflow') ?? '';
    try {
      if (wanted) this.option(JSON.stringify(JSON.parse(wanted)));
    } catch {
      // Not one of ours: all workflows are shown.
    }
    this.select.value = wanted;
    this.state.choose(query.get('state') ?? '');
  }
}
