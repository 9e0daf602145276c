/** Small lines without axes, for tables. */

import { attribute, drawing } from '../core/dom.js';

const WIDTH = 96;
const HEIGHT = 22;
const MOST_POINTS = 60;

/** A line that is updated in place. */
export function spark() {
  const line = drawing('path', { fill: 'none' });
  const root = drawing('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, class: 'spark', 'aria-hidden': 'true' }, line);
  return {
    root,
    /** @param {[number, number | null][]} points time and value, ordered @param {number} from @param {number} to */
    show(points, from, to) {
      attribute(line, 'd', path(thin(points), from, to));
    },
  };
}

/** The greatest of each few neighbours, so that peaks are kept. @param {[number, number | null][]} points */
function thin(points) {
  if (points.length <= MOST_POINTS) return points;
  const each = Math.ceil(points.length / MOST_POINTS);
  /** @type {[number, number | null][]} */
  const kept = [];
  for (let at = 0; at < points.length; at += each) {
    let best = points[at];
    for (const point of points.slice(at, at + each)) if ((point[1] ?? -1) > (best[1] ?? -1)) best = point;
    kept.push(best);
  }
  return kept;
}

/** @param {[number, number | null][]} points @param {number} from @param {number} to */
function path(points, from, to) {
  let most = 0;
  for (const [, value] of points) if (value !== null && value > most) most = value;
  if (points.length < 2 || most === 0) return '';
  let text = '';
  let pen = 'M';
  for (const [time, value] of points) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    const x = ((time - from) / (to - from)) * (WIDTH - 4) + 2;
    text += `${pen}${x.toFixed(1)} ${(HEIGHT - 2 - (value / most) * (HEIGHT - 5)).toFixed(1)}`;
    pen = 'L';
  }
  return text;
}
