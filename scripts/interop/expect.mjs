// What all clients are judged by: the answers of the query API to what they have sent.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 20_000;
const ASK_EVERY_MS = 150;

/** A promise of Tracetide's that was not kept, in a sentence. */
export class Failed extends Error {}

/** Fails with both values unless they are the same. */
export function equal(what, actual, expected) {
  if (!Object.is(actual, expected)) {
    throw new Failed(`${what} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
  }
}

/** Fails unless it holds. */
export function holds(what, condition) {
  if (!condition) {
    throw new Failed(`not so: ${what}`);
  }
}

/** What the promise gives, or a failure that says at which step. */
export async function step(what, promise) {
  try {
    return await promise;
  } catch (error) {
    throw new Failed(`${what} failed: ${error.message}`);
  }
}

/** Asks until the answer passes; fails with what was wrong with the last one. */
export async function eventually(ask, pass, patienceMs = PATIENCE_MS) {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const answer = await ask();
      pass(answer);
      return answer;
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Failed(`after ${patienceMs / 1000} s ${error.message}`);
      }
    }
    await sleep(ASK_EVERY_MS);
  }
}

/** A running Tracetide, as its users reach it. */
export class Tracetide {
  /** Where: gateway and dashboard and registry are URLs, grpc and kafka are HOST:PORT. */
  constructor({ gateway, grpc, kafka, registry, dashboard }) {
    Object.assign(this, { gateway, grpc, kafka, registry, dashboard });
    this.run = randomBytes(3).toString('hex');
    this.recounts = [];
  }

  /** The name of a service that nobody else has used. */
  service(name) {
    return `interop-${name}-${this.run}`;
  }

  async ask(path) {
    const response = await fetch(this.dashboard + path);
    const text = await response.text();
    if (!response.ok) {
      throw new Failed(`${path} answers ${response.status} ${text.slice(0, 200)}`);
    }
    const answer = JSON.parse(text);
    if (answer.partial) {
      throw new Failed(`${path} is partial, ${answer.missing} did not answer`);
    }
    return answer;
  }

  /** How much work of a service was counted, and how much of it as failed. */
  async work(service) {
    const answer = await this.ask(
      `/monitoring/analytics?timeRange=15m&granularity=10s&services=${service}`,
    );
    const points = answer.series.filter((s) => s.operation === '*').flatMap((s) => s.points);
    return { count: sum(points, 'count'), errors: sum(points, 'errors') };
  }

  /** What was counted of a metric of a service. */
  async metric(service, metric) {
    const answer = await this.ask(
      `/monitoring/analytics?timeRange=15m&granularity=10s&services=${service}&metrics=${metric}`,
    );
    const points = answer.metricSeries.flatMap((s) => s.points);
    return {
      count: sum(points, 'count'),
      sum: sum(points, 'sum'),
      min: Math.min(...points.map((p) => p.min)),
      max: Math.max(...points.map((p) => p.max)),
    };
  }

  /** Waits until exactly so much work is counted; it is looked at again when all clients are done. */
  async expectWork(service, count, errors) {
    await this.#expect(
      () => this.work(service),
      (work) => {
        equal(`work of ${service}`, work.count, count);
        equal(`failed work of ${service}`, work.errors, errors);
      },
    );
  }

  /** The same for a metric, of those figures that are given; floating point to nine digits. */
  async expectMetric(service, metric, expected) {
    await this.#expect(
      () => this.metric(service, metric),
      (found) => {
        for (const [figure, value] of Object.entries(expected)) {
          holds(
            `${figure} of ${metric} of ${service} is ${found[figure]}, expected ${value}`,
            Math.abs(found[figure] - value) <= 1e-9 * Math.max(1, Math.abs(value)),
          );
        }
      },
    );
  }

  async #expect(ask, pass) {
    await eventually(ask, pass);
    this.recounts.push(async () => pass(await ask()));
  }

  /** The trace of that id, once it has so many spans. */
  trace(id, spans) {
    return eventually(
      () => this.ask(`/monitoring/traces/${id}`),
      (trace) => equal(`spans of trace ${id}`, trace.spans.length, spans),
    );
  }

  /** Counts everything again, now that nothing is on its way any more. */
  async recount() {
    for (const recount of this.recounts) {
      await recount();
    }
    return this.recounts.length;
  }
}

function sum(points, figure) {
  return points.reduce((total, point) => total + point[figure], 0);
}
