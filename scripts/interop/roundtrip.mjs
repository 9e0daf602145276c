// A service that is not Java: writes failing work to `traces` as TraceEvents, and waits for the
// Anomaly that Tracetide finds in it on `anomalies`. Both go by the schemas in the registry, with
// KafkaJS and its registry client, and nothing of Tracetide's.

import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, Partitioners, logLevel } from 'kafkajs';

const USAGE = `usage: roundtrip.mjs --kafka HOST:PORT --registry URL [--service NAME] [--timeout SECONDS]`;

// Twice what a window of 10 s needs to count as more than noise.
const EVENTS_PER_TICK = 3;
const TICK_MS = 400;

class Failed extends Error {}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        kafka: { type: 'string' },
        registry: { type: 'string' },
        // A name of its own for every run: an anomaly of an earlier run may still be open.
        service: { type: 'string', default: `interop-checkout-${randomBytes(3).toString('hex')}` },
        timeout: { type: 'string', default: '85' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const timeoutMs = Number(values.timeout) * 1000;
    if (!values.kafka || !values.registry || !(timeoutMs > 0)) {
      throw new Error('--kafka, --registry and a timeout above 0 are needed');
    }
    return { ...values, timeoutMs };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

function traceEvent(service, nowMs) {
  return {
    type: 'COMPLETED',
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    serviceName: service,
    operationName: 'POST /checkout',
    spanKind: 'SERVER',
    status: 'FAILED',
    timestamp: nowMs * 1000,
    durationMicros: 20_000 + Math.floor(Math.random() * 10_000),
    tags: { runtime: `node ${process.versions.node}` },
    outcome: {
      success: false,
      error: { type: 'PaymentRefused', message: 'the payment service refused the card' },
    },
  };
}

/** What the promise gives, or a failure that says at which step. */
async function step(what, promise) {
  try {
    return await promise;
  } catch (error) {
    throw new Failed(`${what} failed: ${error.message}`);
  }
}

/** Calls back with the first anomaly of the service. */
async function watchAnomalies(kafka, registry, service, found, broken) {
  const consumer = kafka.consumer({ groupId: `interop-${randomBytes(6).toString('hex')}` });
  consumer.on(consumer.events.CRASH, ({ payload }) =>
    broken(new Failed(`reading anomalies stopped: ${payload.error.message}`)),
  );
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await step('connecting to Kafka', consumer.connect());
  // From the beginning, so that nothing depends on who is first; other services' are skipped.
  await step(
    'subscribing to anomalies',
    consumer.subscribe({ topic: 'anomalies', fromBeginning: true }),
  );
  await consumer.run({
    eachMessage: async ({ message }) => {
      if (message.value === null) {
        return;
      }
      const anomaly = await registry.decode(message.value);
      if (anomaly.serviceName === service) {
        found({ anomaly, schemaId: message.value.readInt32BE(1) });
      }
    },
  });
  await joined;
  return consumer;
}

/** Sends failing work until told to stop, and tells how much. */
function emit(producer, registry, schemaId, service, sent, broken) {
  let sending = false;
  const timer = setInterval(async () => {
    if (sending) {
      return;
    }
    sending = true;
    try {
      const messages = await Promise.all(
        Array.from({ length: EVENTS_PER_TICK }, async () => {
          const event = traceEvent(service, Date.now());
          return {
            key: event.traceId,
            value: await registry.encode(schemaId, event),
            timestamp: String(Math.floor(event.timestamp / 1000)),
          };
        }),
      );
      await producer.send({ topic: 'traces', acks: -1, messages });
      sent.count += messages.length;
    } catch (error) {
      broken(new Failed(`writing to traces failed: ${error.message}`));
    } finally {
      sending = false;
    }
  }, TICK_MS);
  return () => clearInterval(timer);
}

async function roundtrip({ kafka: broker, registry: url, service, timeoutMs }) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const registry = new SchemaRegistry({ host: url }, { retry: { retries: 3 } });
  const kafka = new Kafka({
    clientId: 'tracetide-interop',
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3000,
    retry: { retries: 4 },
  });
  const sent = { count: 0 };
  const closers = [];
  let outcome;
  const ended = new Promise((resolve, reject) => {
    outcome = { resolve, reject };
  });
  ended.catch(() => {});
  const alarm = setTimeout(
    () =>
      outcome.reject(
        new Failed(
          `no anomaly of ${service} within ${timeoutMs / 1000} s ` +
            `(${sent.count} TraceEvents were written); is the processor running?`,
        ),
      ),
    timeoutMs,
  );
  const progress = setInterval(
    () => console.error(`${seconds()} s: ${sent.count} TraceEvents written, waiting for an anomaly`),
    5000,
  );
  closers.push(() => clearTimeout(alarm), () => clearInterval(progress));

  const work = async () => {
    const schemaId = await step(
      'finding the schema of traces-value in the registry',
      registry.getLatestSchemaId('traces-value'),
    );
    const consumer = await watchAnomalies(
      kafka,
      registry,
      service,
      outcome.resolve,
      outcome.reject,
    );
    closers.push(() => consumer.disconnect());
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await step('connecting to Kafka', producer.connect());
    closers.push(() => producer.disconnect());
    closers.push(emit(producer, registry, schemaId, service, sent, outcome.reject));
    return schemaId;
  };

  try {
    // A failure of either ends both.
    const [schemaId, { anomaly, schemaId: anomalySchemaId }] = await Promise.all([work(), ended]);
    console.log(
      `OK wrote ${sent.count} TraceEvents of ${service} (schema ${schemaId}) and read ` +
        `${anomaly.state} ${anomaly.severity} ${anomaly.detector} ${anomaly.kind} anomaly ` +
        `${anomaly.anomalyId} (schema ${anomalySchemaId}) after ${seconds()} s: ${anomaly.summary}`,
    );
    return 0;
  } catch (error) {
    console.log(`FAILED ${error instanceof Failed ? error.message : (error.stack ?? error)}`);
    return 1;
  } finally {
    const closed = Promise.allSettled(closers.reverse().map(async (close) => close()));
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 3000))]);
  }
}

process.exit(await roundtrip(options()));
