/** Distances of ticks. */

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** 1, 2 and 5 times each power of ten, up to a limit. @param {number} unit @param {number} least @param {number} most in units */
function decades(unit, least, most) {
  const steps = [];
  for (let power = least; power <= most; power *= 10) for (const factor of [1, 2, 5]) steps.push(unit * power * factor);
  return steps;
}

/** Distances of ticks of an axis of milliseconds that ends at `top`: round in the unit in which the ticks are written. @param {number} top */
export function durations(top) {
  if (top > HOUR) return [HOUR / 2, ...decades(HOUR, 1, 1_000)];
  if (top > MINUTE) return [MINUTE / 2, ...decades(MINUTE, 1, 10)];
  return decades(1, 0.001, 10_000);
}
