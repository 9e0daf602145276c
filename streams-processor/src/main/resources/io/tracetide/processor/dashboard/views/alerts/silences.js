/** Silences: active and pending ones, and those that ended lately. */

import * as alerts from '../../api/alerts.js';
import { KeyedList, attribute, button, element, name, write, writeName } from '../../core/dom.js';
import { moment, span } from '../../core/format.js';

/** @typedef {import('../../api/types.js').Silence} Silence */

const MOST_EXPIRED = 5;

export class Silences {
  /** @param {import('../../core/view.js').Context} context @param {() => void} changed */
  constructor(context, changed) {
    this.context = context;
    this.changed = changed;
    this.note = element('p');
    this.title = element('div', { className: 'title' }, element('h2', { id: 'silences-title' }, 'Silences'), this.note);
    this.list = element('ol', { className: 'short-list silences', id: 'silences' });
    this.empty = element('p', { className: 'calm' }, 'Loading');
    this.root = element('section', { className: 'card', 'aria-labelledby': 'silences-title' }, this.title, this.list, this.empty);
    this.rows = new KeyedList(this.list, (/** @type {Silence} */ silence) => silence.id, () => this.row());
  }

  /** @param {Silence[]} answer */
  show(answer) {
    const present = answer.filter(({ status }) => status.state !== 'expired');
    this.rows.show([...present, ...answer.filter(({ status }) => status.state === 'expired').slice(0, MOST_EXPIRED)]);
    write(this.note, present.length > 0 ? `${present.length} in force` : '');
    this.empty.hidden = answer.length > 0;
    write(this.empty, 'No silence.');
  }

  row() {
    const state = element('span', { className: 'phase' });
    const what = name();
    const by = element('span', { className: 'what', dir: 'auto' });
    const when = element('time');
    let id = '';
    const end = button('Expire', async () => {
      await alerts.expire(id).catch(failure => this.context.frame.failed(failure));
      this.changed();
      this.context.frame.toast('The silence has ended.');
    }, { className: 'link' });
    const root = element('li', {}, state, element('div', { className: 'body' }, element('b', {}, what), by), when, this.context.mayAct ? end : '');
    return {
      root,
      update: (/** @type {Silence} */ silence) => {
        ({ id } = silence);
        const phase = silence.status.state;
        attribute(root, 'data-silence', phase);
        write(state, phase);
        writeName(what, silence.matchers.map(alerts.matcherText).join(', '));
        writeName(by, `${silence.createdBy}: ${silence.comment}`);
        const ends = Date.parse(silence.endsAt);
        write(when, phase === 'expired' ? `ended ${moment(ends)}` : phase === 'pending' ? `from ${moment(Date.parse(silence.startsAt))}` : `ends in ${span(ends - Date.now())}`);
        end.hidden = phase === 'expired';
      },
    };
  }
}
