/** What is drawn into a chart beside its lines: anomalies, their expected band, and exemplars. */

import { colour } from './colour.js';

const NEAR = 12;
const SIZE = 4.5;

/** @typedef {import('./chart.js').Data} Data */

/** @param {() => Data | null} read @returns {any} a plugin of uPlot */
export function annotate(read) {
  return {
    hooks: {
      drawClear: [(/** @type {any} */ plot) => spans(plot, read())],
      draw: [(/** @type {any} */ plot) => dots(plot, read())],
      ready: [(/** @type {any} */ plot) => plot.over.addEventListener('click', (/** @type {MouseEvent} */ event) => nearest(plot, read(), event)?.open())],
      setCursor: [(/** @type {any} */ plot) => {
        const { left, top } = plot.cursor;
        plot.over.style.cursor = nearest(plot, read(), { offsetX: left, offsetY: top }) ? 'pointer' : '';
      }],
    },
  };
}

/** Left, top and width of an anomaly. @param {any} plot @param {import('./chart.js').Mark} mark @returns {[number, number, number]} */
function extent(plot, mark) {
  const left = plot.valToPos(mark.from / 1_000, 'x', true);
  return [left, plot.bbox.top, Math.max(2, plot.valToPos(mark.to / 1_000, 'x', true) - left)];
}

/** @param {any} plot @param {Data | null} data */
function spans(plot, data) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour('--episode');
  ctx.beginPath();
  for (const mark of data?.marks ?? []) ctx.rect(...extent(plot, mark), bbox.height);
  ctx.fill('nonzero'); // Once where anomalies overlap.
  for (const mark of data?.marks ?? []) {
    ctx.fillStyle = colour(`--${mark.severity}`);
    ctx.fillRect(...extent(plot, mark), 3 * devicePixelRatio);
  }
  for (const { band, from, to } of data?.marks ?? []) {
    if (!band) continue;
    const [left, right] = [plot.valToPos(from / 1_000, 'x', true), plot.valToPos(to / 1_000, 'x', true)];
    const [low, high] = [plot.valToPos(band.low, 'y', true), plot.valToPos(band.high, 'y', true)];
    ctx.fillStyle = colour('--band');
    ctx.fillRect(left, high, Math.max(2, right - left), low - high);
    ctx.strokeStyle = colour('--healthy');
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    for (const y of [low, high]) {
      ctx.beginPath();
      ctx.moveTo(left, y);
      ctx.lineTo(Math.max(left + 2, right), y);
      ctx.stroke();
    }
    ctx.setLineDash([]);
  }
  ctx.restore();
}

/** Exemplars as diamonds, which no line has. @param {any} plot @param {Data | null} data */
function dots(plot, data) {
  const { ctx } = plot;
  const size = SIZE * devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour('--card');
  ctx.fillStyle = colour('--line-3');
  ctx.lineWidth = devicePixelRatio;
  for (const { at, value } of data?.dots ?? []) {
    const [x, y] = [plot.valToPos(at / 1_000, 'x', true), plot.valToPos(value, 'y', true)];
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

/** The exemplar under the pointer. @param {any} plot @param {Data | null} data @param {{offsetX: number, offsetY: number}} at */
export function nearest(plot, data, { offsetX, offsetY }) {
  let best = null;
  let least = NEAR;
  for (const dot of data?.dots ?? []) {
    const distance = Math.hypot(plot.valToPos(dot.at / 1_000, 'x') - offsetX, plot.valToPos(dot.value, 'y') - offsetY);
    if (distance < least) {
      least = distance;
      best = dot;
    }
  }
  return best;
}
