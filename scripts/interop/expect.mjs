// Assertions of all clients, on the responses of the query API.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 20_000;
const ASK_EVERY_MS = 150;

/** A failed assertion, with a message of one sentence. */
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

/** Awaits a promise; its failure gets the name of the step. */
export async function step(what, promise) {
  try {
    return await promise;
  } catch (error) {
    throw new Failed(`${what} failed: ${error.message}`);
  }
}

/** Polls until the check passes; fails with the error of the last attempt. */
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

/** The addresses and queries of a running Tracetide. */
export class Tracetide {
  /** Addresses: gateway, dashboard and registry are URLs, grpc and kafka are HOST:PORT. */
  constructor({ gateway, grpc, kafka, registry, dashboard }) {
    Object.assign(this, { gateway, grpc, kafka, registry, dashboard });
    this.run = randomBytes(3).toString('hex');
    this.recounts = [];
  }

  /** A new, unique service name. */
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

  /** Number of counted spans of a service, and of failed ones. */
  async work(service) {
    const answer = await this.ask(
      `/monitoring/analytics?timeRange=15m&granularity=10s&services=${service}`,
    );
    const points = answer.series.filter((s) => s.operation === '*').flatMap((s) => s.points);
    return { count: sum(points, 'count'), errors: sum(points, 'errors') };
  }

  /** Counted values of a metric of a service. */
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

  /** Waits until exactly this number of spans is counted; it is checked again after all clients. */
  async expectWork(service, count, errors) {
    await this.#expect(
      () => this.work(service),
      (work) => {
        equal(`spans of ${service}`, work.count, count);
        equal(`failed spans of ${service}`, work.errors, errors);
      },
    );
  }

  /** The same for the given values of a metric; floating point to nine digits. */
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

  /** The trace with this id, once it has this number of spans. */
  trace(id, spans) {
    return eventually(
      () => this.ask(`/monitoring/traces/${id}`),
      (trace) => equal(`spans of trace ${id}`, trace.spans.length, spans),
    );
  }

  /** Checks all counts again, when no spans are in transit any more. */
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
