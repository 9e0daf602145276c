// Spans for the dashboard: with ordinary names, and with names that need escaping.

import { randomBytes } from 'node:crypto';
import { Failed } from './expect.mjs';

export const LONG = 'order-notification-service';
export const FAILING = 'payment';

export const NAMES = [
  LONG,
  'a,b',
  ' before',
  'after ',
  '*',
  'a*b?',
  'back\\slash, comma',
  '100% + 1&x=y;z#f',
  '"quoted" \'too\'',
  '<img src=x onerror=alert(1)>',
  '名前 🚀',
  'a/../b',
];

/** An operation name like the service's, without numbers, which become placeholders. */
export const operationOf = service => `run ${service.replaceAll(/\d+/g, 'n')}`;

const EVERY_MS = 1_000;

/** Sends spans repeatedly until it is stopped. */
export class Feed {
  constructor(gateway) {
    this.gateway = gateway;
    this.trace = randomBytes(16).toString('hex');
  }

  async start() {
    const started = [this.event('STARTED', LONG, { traceId: this.trace, progressPercentage: 40, currentOperation: 'waiting for approval' })];
    for (const name of NAMES.slice(1)) {
      started.push(this.event('STARTED', name, {}));
    }
    await this.send(started);
    await this.work();
    this.timer = setInterval(() => this.work().catch(error => (this.failure = error)), EVERY_MS);
  }

  stop() {
    clearInterval(this.timer);
    if (this.failure) {
      throw this.failure;
    }
  }

  async work() {
    const done = [...NAMES, 'checkout', 'cart'].flatMap(name => [0, 1, 2].map(i => this.event('COMPLETED', name, { status: 'COMPLETED', durationMicros: 20_000 + 7_000 * i })));
    for (let i = 0; i < 4; i++) {
      done.push(this.event('COMPLETED', FAILING, { status: i % 2 === 0 ? 'FAILED' : 'COMPLETED', durationMicros: 90_000 }));
    }
    await this.send(done);
  }

  event(type, serviceName, more) {
    return { type, traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), serviceName, operationName: operationOf(serviceName), timestamp: Date.now(), ...more };
  }

  /** Sends events; repeats what the gateway refuses only for now, as its clients do. */
  async send(events, attempts = 20) {
    const response = await fetch(`${this.gateway}/v1/trace-events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(events),
    });
    const answer = await response.json();
    if (attempts > 1 && (response.status === 429 || response.status === 503)) {
      await new Promise(resolve => setTimeout(resolve, 1000 * (Number(response.headers.get('retry-after')) || 1)));
      return this.send(events, attempts - 1);
    }
    if (!response.ok || answer.rejected?.length > 0) {
      throw new Failed(`the gateway answered ${response.status} ${JSON.stringify(answer)}`);
    }
  }
}
