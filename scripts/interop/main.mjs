// Runs every client against a running Tracetide and prints its result.

import { parseArgs } from 'node:util';
import { Failed, Tracetide } from './expect.mjs';
import confluentSerializer from './clients/confluent-serializer.mjs';
import kafkajs from './clients/kafkajs.mjs';
import topics from './clients/kafkajs-topics.mjs';
import * as metrics from './clients/otel-metrics.mjs';
import * as traces from './clients/otel-traces.mjs';
import zipkin from './clients/zipkin.mjs';
import curl from './examples/curl.mjs';
import express from './examples/express.mjs';

// An anomaly takes time: this client waits while the others run.
const BESIDE = { kafkajs };

const IN_TURN = {
  'otel-otlp-protobuf': traces.protobuf,
  'otel-otlp-json': traces.json,
  'otel-otlp-grpc': traces.grpc,
  'otel-zipkin': traces.zipkin,
  zipkin,
  'otel-metrics-protobuf': metrics.protobuf,
  'otel-metrics-json': metrics.json,
  'otel-metrics-grpc': metrics.grpc,
  'confluent-serializer': confluentSerializer,
  'example-curl': curl,
  'example-express': express,
};

// Reads the records of the others.
const AFTER = { 'kafkajs-topics': topics };

const PLACES = ['gateway', 'grpc', 'kafka', 'registry', 'dashboard'];

function options() {
  try {
    const text = { type: 'string' };
    const { values } = parseArgs({
      options: { ...Object.fromEntries(PLACES.map((place) => [place, text])), only: text },
    });
    const missing = PLACES.filter((place) => !values[place]);
    if (missing.length > 0) {
      throw new Error(`missing --${missing.join(', --')}`);
    }
    const known = Object.keys({ ...BESIDE, ...IN_TURN, ...AFTER });
    const only = values.only?.split(',') ?? known;
    const unknown = only.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      throw new Error(`no client ${unknown.join(', ')}; there are ${known.join(', ')}`);
    }
    return { ...values, only };
  } catch (error) {
    console.error(`scripts/interop/run: ${error.message}; see scripts/interop/run --help`);
    process.exit(2);
  }
}

const chosen = options();
const tracetide = new Tracetide(chosen);
const outcomes = { passed: 0, failed: 0 };

async function run(name, client) {
  const started = Date.now();
  const report = (verdict, text) => {
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${verdict.padEnd(6)} ${name.padEnd(22)} ${seconds.padStart(5)} s  ${text}`);
  };
  try {
    report('ok', await client(tracetide));
    outcomes.passed++;
  } catch (error) {
    report('FAILED', error instanceof Failed ? error.message : error.stack);
    outcomes.failed++;
  }
}

const isChosen = ([name]) => chosen.only.includes(name);
const beside = Object.entries(BESIDE)
  .filter(isChosen)
  .map(([name, client]) => run(name, client));
for (const [name, client] of Object.entries(IN_TURN).filter(isChosen)) {
  await run(name, client);
}
await Promise.all(beside);
for (const [name, client] of Object.entries(AFTER).filter(isChosen)) {
  await run(name, client);
}
await run('counted again', async () => `${await tracetide.recount()} counts are still exact`);

console.log(`${outcomes.passed} passed, ${outcomes.failed} failed`);
process.exit(outcomes.failed === 0 ? 0 : 1);
