// Zipkin's own tracer for Node, with its HTTP transport.

import zipkin from 'zipkin';
import transport from 'zipkin-transport-http';
import { Failed } from '../expect.mjs';

const { Annotation, BatchRecorder, ExplicitContext, Tracer, jsonEncoder } = zipkin;

const TRACES = 150;
const FAILS_EVERY = 10;

export default async function send(tracetide) {
  const service = tracetide.service('zipkin');
  const problems = [];
  const logger = new transport.HttpLogger({
    endpoint: `${tracetide.gateway}/api/v2/spans`,
    jsonEncoder: jsonEncoder.JSON_V2,
    httpInterval: 100,
    log: { error: (problem) => problems.push(problem) },
  });
  const recorder = new BatchRecorder({ logger });
  const tracer = new Tracer({
    ctxImpl: new ExplicitContext(),
    recorder,
    localServiceName: service,
    traceId128Bit: true,
  });
  let failing;
  for (let i = 0; i < TRACES; i++) {
    const fails = i % FAILS_EVERY === 0;
    const traceId = tracer.scoped(() => request(tracer, service, fails));
    failing = fails ? traceId : failing;
  }
  try {
    await tracetide.expectWork(service, TRACES * 2, TRACES / FAILS_EVERY);
    await tracetide.trace(failing, 2);
  } catch (error) {
    throw problems.length > 0 ? new Failed(`${error.message}; the tracer says ${problems[0]}`) : error;
  }
  return `${TRACES * 2} spans counted once`;
}

/** A server span and a local child span; returns the trace's id. */
function request(tracer, service, fails) {
  const id = tracer.createRootId();
  tracer.setId(id);
  tracer.recordServiceName(service);
  tracer.recordRpc('get /orders');
  tracer.recordAnnotation(new Annotation.ServerRecv());
  tracer.recordBinary('http.path', '/orders');
  tracer.local('look up', () => tracer.recordBinary('rows', '3'));
  if (fails) {
    tracer.recordBinary('error', 'the database is away');
  }
  tracer.recordAnnotation(new Annotation.ServerSend());
  return id.traceId;
}
