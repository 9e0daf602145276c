/** The contracts: which traces each applies to, and what it requires of them. */

import { element, name, write, writeName } from '../../core/dom.js';
import { milliseconds } from '../../core/format.js';
import { severityOf, shape } from '../../core/status.js';

/** @typedef {import('../../api/types.js').Contract} Contract */

export class ContractList {
  constructor() {
    this.note = element('p');
    this.list = element('ol', { className: 'contracts' });
    this.empty = element('p', { className: 'calm' }, 'Loading');
    this.root = element('section', { className: 'card', id: 'contracts', 'aria-labelledby': 'contracts-title' },
      element('div', { className: 'title' }, element('h2', { id: 'contracts-title' }, 'Contracts'), this.note), this.list, this.empty);
  }

  /** @param {Contract[]} contracts */
  show(contracts) {
    this.list.replaceChildren(...contracts.map(row));
    this.empty.hidden = contracts.length > 0;
    write(this.empty, 'No contract is configured. processor.contracts in the configuration has them.');
    write(this.note, contracts.length > 0 ? String(contracts.length) : '');
  }
}

/** @param {Contract} contract */
function row(contract) {
  const title = name();
  writeName(title, contract.name);
  const mark = severityOf(contract.severity);
  const { match } = contract;
  const scope = [match.service, match.operation].filter(pattern => pattern !== '*');
  const of = [scope.length > 0 ? scope.join(' · ') : 'every trace', ...(match.tenant === '*' ? [] : [`tenant ${match.tenant}`]), ...Object.entries(match.tags).map(([key, value]) => `${key}=${value}`)];
  return element('li', { 'data-severity': mark.word.toLowerCase() },
    element('div', { className: 'head-line' }, element('h3', {}, title), element('span', { className: 'severity' }, shape(mark), mark.word), element('span', { className: 'soft', dir: 'auto' }, of.join(', '))),
    ...(contract.steps.length > 0 ? [element('ol', { className: 'contract-steps', 'aria-label': contract.ordered ? 'Steps in their order' : 'Steps' }, ...contract.steps.map(step))] : []),
    element('ul', { className: 'requirements' }, ...requirements(contract).map(text => element('li', { dir: 'auto' }, text))));
}

/** @param {Contract['steps'][number]} step */
function step({ name: text, optional, repeatable, then, maxDurationMs }) {
  const marks = [...(optional ? ['optional'] : []), ...(repeatable ? ['may repeat'] : []), ...(maxDurationMs === null ? [] : [`within ${milliseconds(maxDurationMs)}`]), ...(then.length > 0 ? [`then ${then.join(' or ')}`] : [])];
  return element('li', { dir: 'auto' }, element('b', {}, text), marks.length > 0 ? ` ${marks.join(', ')}` : '');
}

/** What a trace must fulfil besides its steps, as sentences. @param {Contract} contract */
function requirements(contract) {
  const { requiredApprovers, approvalBefore, requiredContext, maxLatencyMs, deadline, timeZone, maxSilenceMs, minThroughputPerSec, maxErrorRatePercent } = contract;
  return [
    ...(requiredApprovers.length > 0 ? [`Approved by ${requiredApprovers.join(' and ')} before ${approvalBefore ?? 'the end'}`] : []),
    ...(requiredContext.length > 0 ? [`Has ${requiredContext.join(', ')}`] : []),
    ...(maxLatencyMs === null ? [] : [`Ends within ${milliseconds(maxLatencyMs)}`]),
    ...(deadline === null ? [] : [`Ends by ${deadline}${deadline.includes(':') ? ` (${timeZone})` : ' after its start'}`]),
    ...(maxSilenceMs === null ? [] : [`An event at least every ${milliseconds(maxSilenceMs)}`]),
    ...(minThroughputPerSec === null ? [] : [`At least ${minThroughputPerSec} traces a second`]),
    ...(maxErrorRatePercent === null ? [] : [`At most ${maxErrorRatePercent} % of the traces fail`]),
  ];
}
