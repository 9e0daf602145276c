/** The list of traces in flight: the stuck ones first, the oldest of each before the others. */

import { byId, element, drawing, write, attribute, KeyedList } from './element.js';
import { percent, span, whole } from './format.js';

/** Each state has a shape and a word beside its colour, as the states of services do. */
export const STATES = {
  stuck: { word: 'Stuck', path: 'M8 2 15 14H1Z' },
  running: { word: 'Running', path: 'M4 2.5 13.5 8 4 13.5Z' },
  abandoned: { word: 'Abandoned', path: 'M3 6.6h10v2.8H3Z' },
  completed: { word: 'Completed', path: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Z' },
  failed: { word: 'Failed', path: 'M8 1.5 14.5 8 8 14.5 1.5 8Z' },
  cancelled: { word: 'Cancelled', path: 'M3 3h10v10H3Z' },
};
const UNKNOWN = { word: 'Unknown', path: 'M7 3h2v6H7Zm0 8h2v2H7Z' };

export const stateOf = name => STATES[name] ?? UNKNOWN;

export const traceKey = trace => JSON.stringify([trace.tenant, trace.traceId]);

const BAR = 64;

export function progressBar() {
  const fill = drawing('rect', { class: 'fill', height: 6, rx: 3, width: 0 });
  const root = drawing('svg', { viewBox: `0 0 ${BAR} 6`, width: BAR, height: 6, 'aria-hidden': 'true' }, drawing('rect', { class: 'track', width: BAR, height: 6, rx: 3 }), fill);
  return {
    root,
    show: value => attribute(fill, 'width', typeof value === 'number' ? (Math.max(0, Math.min(100, value)) / 100) * BAR : 0),
  };
}

export class Traces {
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.list = new KeyedList(byId('trace-rows'), traceKey, trace => this.row(trace));
  }

  /**
   * @param stuck answer for stuck traces
   * @param running answer for the others in flight
   * @param totals of the dashboard, when they are of the same services
   */
  show(stuck, running, totals, selected, open) {
    const byAge = (a, b) => Date.parse(a.startedAt ?? a.lastEventAt) - Date.parse(b.startedAt ?? b.lastEventAt);
    const rows = [...[...stuck.traces].sort(byAge), ...[...running.traces].sort(byAge)];
    this.several = new Set(rows.map(trace => trace.tenant)).size > 1;
    this.open = open ? traceKey(open) : null;
    this.list.show(rows);
    byId('traces-table').hidden = rows.length === 0;
    const inFlight = totals?.inFlight;
    const more = stuck.cursor !== null || running.cursor !== null;
    write(byId('traces-note'), typeof inFlight === 'number' && inFlight > rows.length ? `${rows.length} of ${whole(inFlight)}` : more ? `${rows.length}, there are more` : rows.length === 0 ? '' : String(rows.length));
    byId('traces-empty').hidden = rows.length > 0;
    write(byId('traces-empty'), `No trace is in flight${selected ? ` in ${selected.service}` : ''}. Traces that report their start, and not only their end, are listed here while they run.`);
  }

  row(first) {
    const shape = drawing('path');
    const word = element('span');
    const service = element('b');
    const operation = element('small');
    const button = element('button', { type: 'button' }, element('span', {}, service, operation));
    button.addEventListener('click', () => this.onOpen({ tenant: first.tenant, traceId: first.traceId }));
    const age = element('td', { 'data-label': 'Age' });
    const heard = element('td', { 'data-label': 'Last event' });
    const bar = progressBar();
    const far = element('span');
    const doing = element('td', { className: 't-doing', 'data-label': 'Current operation' });
    const root = element('tr', {},
      element('td', { className: 't-state' }, drawing('svg', { viewBox: '0 0 16 16', width: 12, height: 12, 'aria-hidden': 'true' }, shape), word),
      element('th', { scope: 'row' }, button),
      age,
      heard,
      element('td', { className: 't-progress', 'data-label': 'Progress' }, bar.root, far),
      doing);
    return {
      root,
      update: trace => {
        const now = Date.now();
        const known = stateOf(trace.state);
        attribute(root, 'data-state', trace.state);
        root.classList.toggle('chosen', traceKey(trace) === this.open);
        attribute(shape, 'd', known.path);
        write(word, known.word);
        write(service, this.several ? `${trace.tenant} / ${trace.service}` : trace.service);
        write(operation, trace.operation);
        attribute(button, 'title', `${trace.operation}, trace ${trace.traceId}`);
        write(age, trace.startedAt === null ? '–' : span(now - Date.parse(trace.startedAt)));
        write(heard, `${span(now - Date.parse(trace.lastEventAt))} ago`);
        bar.show(trace.progressPercentage);
        write(far, percent(trace.progressPercentage).replace(/\.\d+/, ''));
        write(doing, trace.currentOperation ?? '–');
        attribute(doing, 'title', trace.currentOperation);
      },
    };
  }
}
