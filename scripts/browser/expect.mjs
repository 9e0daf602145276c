// Assertions of the checks.

import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 20_000;
const ASK_EVERY_MS = 150;

/** A failed assertion, with a message of one sentence. */
export class Failed extends Error {}

export function equal(what, actual, expected) {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) {
    throw new Failed(`${what} is ${is}, expected ${should}`);
  }
}

export function holds(what, condition) {
  if (!condition) {
    throw new Failed(`not so: ${what}`);
  }
}

export function contains(what, text, part) {
  if (!String(text).includes(part)) {
    throw new Failed(`${what} is ${JSON.stringify(text)}, expected to contain ${JSON.stringify(part)}`);
  }
}

/** Retries until the check passes; fails with the last error. */
export async function eventually(attempt, patienceMs = PATIENCE_MS) {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Failed(`after ${patienceMs / 1000} s ${error.message}`);
      }
    }
    await sleep(ASK_EVERY_MS);
  }
}
