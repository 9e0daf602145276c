/** Three charts over one time axis, one line for each service or operation, and the legend that they share. */

import uPlot from './uplot.js';
import { byId, element, attribute, write, KeyedList } from './element.js';
import { milliseconds, perSecond, percent, clock, moment, onAxis } from './format.js';

const MOST_LINES = 10;
const MOST_IN_TIP = 10;
const HEIGHT = 190;
const HUES = 8;

/** Lines whose levels are further apart than this are drawn on a logarithmic scale, unless the user chose a scale. */
const WIDE = 40;

const FIGURES = [
  { id: 'chart-p95', name: 'p95 latency', value: point => point.p95Ms, show: milliseconds, least: 1, log: true },
  { id: 'chart-throughput', name: 'Throughput', value: point => point.throughputPerSec, show: perSecond, least: 1, rate: true },
  { id: 'chart-errors', name: 'Error rate', value: point => point.errorRatePercent, show: percent, least: 1, most: 100 },
];

/** A logarithmic axis has ticks at powers of ten only. */
const DECADES = {
  splits: (u, axis, least, most) => {
    const ticks = [];
    for (let power = Math.round(Math.log10(least)); power <= Math.round(Math.log10(most)); power++) ticks.push(10 ** power);
    return ticks;
  },
  filter: (u, ticks) => ticks,
};

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Lines keep their colour while the page is open. */
const colours = new Map();

function style(key) {
  if (key.endsWith('\u0000*')) return { stroke: '--ink', dash: null };
  const scope = key.slice(0, key.lastIndexOf('\u0000'));
  const used = colours.get(scope) ?? colours.set(scope, new Map()).get(scope);
  if (!used.has(key)) used.set(key, used.size);
  const index = used.get(key);
  return { stroke: `--line-${index % HUES}`, dash: index >= HUES ? [5, 3] : null };
}

export class Charts {
  constructor() {
    this.hidden = new Set();
    this.lines = [];
    this.charts = new Map();
    this.shape = '';
    this.log = null;
    this.logarithmic = false;
    byId('log').addEventListener('click', () => {
      this.log = !this.logarithmic;
      this.draw();
    });
    this.legend = new KeyedList(byId('legend'), line => line.key, line => this.chip(line));
    const observer = new ResizeObserver(entries => {
      for (const { target, contentRect } of entries) {
        const chart = this.charts.get(target.id);
        if (chart && contentRect.width > 0) chart.setSize({ width: Math.floor(contentRect.width), height: HEIGHT });
      }
    });
    for (const { id } of FIGURES) {
      observer.observe(byId(id));
      byId(id).append(element('p', { className: 'blank' }, 'Loading'));
      attribute(byId(id), 'role', 'img');
    }
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.shape = '';
      this.draw();
    });
  }

  /**
   * @param answer an analytics answer
   * @param selected the service whose operations are shown, or null for all services
   * @param episodes anomalies to mark on the time axis: bands for one service, ticks where there are many
   */
  show(answer, selected, episodes) {
    const total = series => series.points.reduce((sum, point) => sum + point.count, 0);
    const several = new Set(answer.series.map(series => series.tenant)).size > 1;
    const all = answer.series.map(series => ({
      key: selected ? `${series.tenant}\u0000${series.service}\u0000${series.operation}` : `\u0000${series.tenant}\u0000${series.service}`,
      label: selected ? (series.operation === '*' ? 'all operations' : series.operation) : several ? `${series.tenant} / ${series.service}` : series.service,
      whole: selected !== null && series.operation === '*',
      total: total(series),
      points: new Map(series.points.map(point => [Date.parse(point.start), point])),
    }));
    all.sort((a, b) => b.whole - a.whole || b.total - a.total || a.label.localeCompare(b.label));
    this.lines = all.slice(0, MOST_LINES).sort((a, b) => b.whole - a.whole || a.label.localeCompare(b.label));
    for (const line of this.lines) Object.assign(line, style(line.key));
    this.left = all.length - this.lines.length;
    this.from = Date.parse(answer.from);
    this.to = Date.parse(answer.to);
    this.step = answer.granularityMs;
    this.episodes = episodes;
    this.bands = selected !== null;
    write(byId('trends-note'), this.note(answer, selected));
    this.draw();
  }

  note(answer, selected) {
    const every = `one point for ${answer.granularityMs < 60_000 ? `${answer.granularityMs / 1_000} s` : `${answer.granularityMs / 60_000} min`}`;
    const lines = this.left > 0 ? `the ${this.lines.length} busiest ${selected ? 'operations' : 'services'} of ${this.lines.length + this.left}, ` : '';
    const kept = answer.retainedFrom ? `, kept from ${moment(Date.parse(answer.retainedFrom), this.to)} on` : '';
    return `${lines}${every}${kept}`;
  }

  /** Shows why there is nothing to draw yet. */
  wait(text) {
    for (const { id } of FIGURES) write(byId(id).querySelector('.blank'), text);
  }

  draw() {
    if (this.from === undefined) return;
    this.logarithmic = this.log ?? this.isWide();
    attribute(byId('log'), 'aria-pressed', this.logarithmic);
    const shape = JSON.stringify([this.lines.map(line => [line.key, line.stroke]), this.logarithmic]);
    if (shape !== this.shape) this.rebuild();
    this.shape = shape;
    const starts = [];
    for (let start = Math.ceil(this.from / this.step) * this.step; start < this.to; start += this.step) starts.push(start);
    for (const figure of FIGURES) {
      const data = [starts.map(start => start / 1_000), ...this.lines.map(line => this.values(line, figure, starts))];
      this.charts.get(figure.id).setData(data);
      const worked = data.slice(1).some(values => values.some(value => value !== null));
      const blank = byId(figure.id).querySelector('.blank');
      blank.hidden = worked;
      write(blank, 'No spans in this range');
      attribute(byId(figure.id), 'aria-label', this.inWords(figure));
    }
    this.legend.show(this.lines);
  }

  isWide() {
    const levels = this.lines
      .map(line => [...line.points.values()].map(point => point.p95Ms).filter(value => value > 0).sort((a, b) => a - b))
      .filter(values => values.length > 0)
      .map(values => values[values.length >> 1]);
    return levels.length > 1 && Math.max(...levels) > WIDE * Math.min(...levels);
  }

  /** A window without spans is absent: it has no latency and no error rate, but a throughput of zero. */
  values(line, figure, starts) {
    let begun = false;
    return starts.map(start => {
      const point = line.points.get(start);
      const over = start + this.step <= this.to;
      if (figure.rate && !over) return null;
      if (point) {
        begun = true;
        return figure.value(point);
      }
      return figure.rate && begun && start + 2 * this.step <= this.to ? 0 : null;
    });
  }

  inWords(figure) {
    const latest = this.lines.map(line => {
      const point = [...line.points.values()].at(-1);
      return point ? `${line.label} ${figure.show(figure.value(point))}` : null;
    });
    return `${figure.name}, latest: ${latest.filter(Boolean).join(', ') || 'nothing'}`;
  }

  rebuild() {
    for (const chart of this.charts.values()) chart.destroy();
    for (const figure of FIGURES) this.charts.set(figure.id, this.build(figure));
  }

  build(figure) {
    const host = byId(figure.id);
    const grid = css('--grid');
    const text = css('--soft');
    const font = `11px ${css('--sans')}`;
    const tip = element('div', { className: 'tip', hidden: true });
    const logarithmic = figure.log && this.logarithmic;
    const axis = { stroke: text, font, ticks: { show: false } };
    const options = {
      width: Math.max(120, Math.floor(host.clientWidth)),
      height: HEIGHT,
      padding: [10, 18, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: 'tracetide' }, drag: { x: false, y: false }, points: { size: 6 }, y: false },
      focus: { alpha: 0.18 },
      scales: {
        x: { range: () => [this.from / 1_000, this.to / 1_000] },
        y: logarithmic
          ? { distr: 3, log: 10, range: (u, least, most) => [10 ** Math.floor(Math.log10(least || 1)), 10 ** Math.ceil(Math.log10(Math.max((most || 1) * 1.01, (least || 1) * 2)))] }
          : { range: (u, least, most) => [0, Math.min(figure.most ?? Infinity, Math.max(figure.least, (most ?? 0) * 1.12))] },
      },
      axes: [
        { ...axis, grid: { show: false }, space: 70, size: 26, values: (u, ticks) => ticks.map(tick => this.tick(tick * 1_000)) },
        { ...axis, grid: { stroke: grid, width: 1 }, size: 62, gap: 6, space: 42, values: (u, ticks) => ticks.map(tick => (tick === null ? '' : onAxis(figure.show)(tick))), ...(logarithmic ? DECADES : {}) },
      ],
      series: [
        {},
        ...this.lines.map(line => ({
          label: line.label,
          stroke: css(line.stroke),
          width: line.whole ? 2.25 : 1.5,
          dash: line.dash ?? undefined,
          show: !this.hidden.has(line.key),
          points: { size: 4, fill: css(line.stroke) },
        })),
      ],
      hooks: {
        drawClear: [u => this.markEpisodes(u)],
        setCursor: [u => this.tip(u, tip, figure)],
      },
    };
    const chart = new uPlot(options, [[], ...this.lines.map(() => [])], host);
    chart.over.append(tip);
    chart.over.addEventListener('mouseleave', () => { tip.hidden = true; });
    return chart;
  }

  tick(time) {
    const full = clock(time);
    if (this.to - this.from > 172_800_000) return moment(time, this.to + 172_800_000).replace(/,? \d\d:\d\d$/, '');
    return full.endsWith(':00') ? full.slice(0, 5) : full;
  }

  /** Anomalies: from the opening to the end of each episode, or only its opening. */
  markEpisodes(u) {
    const { ctx } = u;
    const { left, top, width, height } = u.bbox;
    const at = time => Math.min(left + width, Math.max(left, u.valToPos(time / 1_000, 'x', true)));
    ctx.save();
    ctx.beginPath();
    for (const episode of this.episodes) {
      const opened = Date.parse(episode.openedAt);
      const ended = episode.resolvedAt ? Date.parse(episode.resolvedAt) : this.to;
      if (opened >= this.to || ended <= this.from) continue;
      if (this.bands) ctx.rect(at(opened), top, Math.max(2 * devicePixelRatio, at(ended) - at(opened)), height);
      else if (opened >= this.from) this.tickMark(ctx, at(opened), top);
    }
    // One fill for all, so that bands over one another are no darker than one.
    ctx.fillStyle = css(this.bands ? '--episode' : '--high');
    ctx.fill('nonzero');
    ctx.restore();
  }

  tickMark(ctx, x, top) {
    const size = 4 * devicePixelRatio;
    ctx.moveTo(x - size, top - 2 * size);
    ctx.lineTo(x + size, top - 2 * size);
    ctx.lineTo(x, top - size / 2);
    ctx.closePath();
  }

  tip(u, tip, figure) {
    const { idx, left } = u.cursor;
    if (idx === null || idx === undefined || left < 0 || !u.over.matches(':hover')) {
      tip.hidden = true;
      return;
    }
    const rows = this.lines
      .map((line, at) => ({ line, value: u.data[at + 1][idx] }))
      .filter(({ line, value }) => value !== null && value !== undefined && !this.hidden.has(line.key))
      .sort((a, b) => b.value - a.value)
      .slice(0, MOST_IN_TIP);
    tip.replaceChildren(
      element('b', {}, clock(u.data[0][idx] * 1_000)),
      ...rows.map(({ line, value }) => {
        const swatch = element('i');
        swatch.style.background = css(line.stroke);
        return element('div', {}, swatch, element('span', {}, line.label), element('em', {}, figure.show(value)));
      }),
    );
    tip.hidden = rows.length === 0;
    const right = left > u.over.clientWidth / 2;
    tip.style.left = right ? '' : `${left + 12}px`;
    tip.style.right = right ? `${u.over.clientWidth - left + 12}px` : '';
  }

  chip(line) {
    const swatch = element('i', { 'aria-hidden': 'true' });
    const name = element('span');
    const root = element('button', { type: 'button' }, swatch, name);
    const index = () => this.lines.findIndex(other => other.key === line.key) + 1;
    const focus = on => this.charts.forEach(chart => chart.setSeries(on ? index() : null, { focus: on }));
    root.addEventListener('click', () => {
      const hide = !this.hidden.has(line.key);
      if (hide) this.hidden.add(line.key);
      else this.hidden.delete(line.key);
      attribute(root, 'aria-pressed', !hide);
      this.charts.forEach(chart => chart.setSeries(index(), { show: !hide }));
    });
    root.addEventListener('mouseenter', () => focus(true));
    root.addEventListener('mouseleave', () => focus(false));
    return {
      root,
      update: shown => {
        write(name, shown.label);
        swatch.style.borderTopColor = `var(${shown.stroke})`;
        swatch.style.borderTopStyle = shown.dash ? 'dashed' : 'solid';
        attribute(root, 'aria-pressed', !this.hidden.has(shown.key));
        attribute(root, 'title', `Show or hide ${shown.label}`);
      },
    };
  }
}
