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
  'خدمة الدفع',
  'a/../b',
];

/** Each would set globalThis.xss, or open a dialog, if it were taken as markup or as an address. */
export const PAYLOADS = payloads();

function payloads() {
  const code = ['globalThis.xss=1', 'alert(1)'];
  const forms = [
    x => `<script>${x}</script>`,
    x => `<img src=x onerror=${x}>`,
    x => `<svg onload=${x}>`,
    x => `"><script>${x}</script>`,
    x => `'><img src=x onerror=${x}>`,
    x => `" autofocus onfocus="${x}`,
    x => `' onmouseover='${x}`,
    x => `javascript:${x}`,
    x => ` javascript:${x}`,
    x => `</title><script>${x}</script>`,
    x => `</style><script>${x}</script>`,
    x => `<iframe srcdoc="<script>parent.${x}</script>">`,
    x => `<iframe src=javascript:${x}>`,
    x => `<a href=javascript:${x}>link</a>`,
    x => `<body onload=${x}>`,
    x => `<details open ontoggle=${x}>`,
    x => `<video><source onerror=${x}>`,
    x => `<math><mtext><script>${x}</script>`,
    x => `<object data=javascript:${x}>`,
    x => `<form action=javascript:${x}><button>go</button>`,
    x => '${' + x + '}',
    x => `{{constructor.constructor('${x}')()}}`,
    x => `<!--><script>${x}</script>-->`,
    x => `<noscript><p title="</noscript><script>${x}</script>">`,
    x => `<base href="javascript:${x}//">`,
    x => `<meta http-equiv=refresh content="0;url=javascript:${x}">`,
    x => `<template><script>${x}</script></template>`,
    x => `\\u003cscript>${x}</script>`,
    x => `&lt;script&gt;${x}&lt;/script&gt;`,
    x => `<ScRiPt >${x}</sCrIpT>`,
  ];
  return code.flatMap(x => forms.map(form => form(x)));
}

/** An operation name like the service's, without numbers, which become placeholders. */
export const operationOf = service => `run ${service.replaceAll(/\d+/g, 'n')}`;

const EVERY_MS = 1_000;

/** Sends spans repeatedly until it is stopped. */
export class Feed {
  constructor(gateway, token) {
    this.gateway = gateway;
    this.token = token;
    this.trace = randomBytes(16).toString('hex');
    this.span = randomBytes(8).toString('hex');
    this.long = LONG;
    /** Traces with payloads in their tags and events. */
    this.payloadTraces = [];
  }

  async start() {
    const started = [this.event('STARTED', LONG, { traceId: this.trace, spanId: this.span, progressPercentage: 40, currentOperation: 'waiting for approval' })];
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

  /** Failed spans of services that are payloads, and traces in flight with payloads in each text. */
  async sendPayloads() {
    await this.send(PAYLOADS.flatMap(payload => [0, 1].map(() => this.event('COMPLETED', payload, { operationName: payload, status: 'FAILED', durationMicros: 5_000 }))));
    const traces = PAYLOADS.slice(0, 5).map((payload, at) => {
      const traceId = randomBytes(16).toString('hex');
      this.payloadTraces.push(traceId);
      const events = PAYLOADS.slice(12 * at, 12 * at + 12).map(name => ({ eventType: 'event', eventName: name, timestamp: Date.now(), attributes: { [name]: name } }));
      return this.event('STARTED', payload, { traceId, operationName: payload, currentOperation: payload, tags: { [payload]: payload }, context: { contextId: payload }, events });
    });
    await this.send(traces);
  }

  event(type, serviceName, more) {
    return { type, traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), serviceName, operationName: operationOf(serviceName), timestamp: Date.now(), ...more };
  }

  /** Sends events of the tenant of a token; repeats what the gateway refuses only for now, as its clients do. */
  async send(events, token = this.token, attempts = 20) {
    const response = await fetch(`${this.gateway}/v1/trace-events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(events),
    });
    const answer = await response.json();
    if (attempts > 1 && (response.status === 429 || response.status === 503)) {
      await new Promise(resolve => setTimeout(resolve, 1000 * (Number(response.headers.get('retry-after')) || 1)));
      return this.send(events, token, attempts - 1);
    }
    if (!response.ok || answer.rejected?.length > 0) {
      throw new Failed(`the gateway answered ${response.status} ${JSON.stringify(answer)}`);
    }
  }
}
