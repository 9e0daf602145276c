// Reads the events of a record of the topic trace-batches.

const TRACE_ZEROS = '0'.repeat(32);
const SPAN_ZEROS = '0'.repeat(16);

/**
 * The events of a batch, in the order in which they were written.
 *
 * @param batch a decoded TraceEventBatch
 * @returns TraceEvents, as a decoder returns those of the topic traces
 */
export function events(batch) {
  const spanIds = ids(batch.eventSpanIds);
  const parentSpanIds = ids(batch.eventParentSpanIds);
  const durations = batch.eventDurations.values();
  let trace = 0;
  let timestamp = 0;
  return batch.eventTemplates.map((templateIndex, i) => {
    const template = at(batch.templates, templateIndex);
    trace += at(batch.eventTraces, i);
    timestamp += at(batch.eventTimestamps, i);
    return {
      ...template,
      traceId:
        template.traceId === TRACE_ZEROS
          ? hex(batch.traceIds, 16 * trace, 16)
          : at(batch.texts, trace),
      spanId: template.spanId === SPAN_ZEROS ? spanIds() : template.spanId,
      parentSpanId:
        template.parentSpanId === SPAN_ZEROS ? parentSpanIds() : template.parentSpanId,
      serviceName: at(batch.texts, at(batch.eventServices, i)),
      operationName: at(batch.texts, at(batch.eventOperations, i)),
      timestamp,
      durationMicros: template.durationMicros === null ? null : next(durations),
      tags: tags(batch, at(batch.tagSets, at(batch.eventTagSets, i)).entries),
    };
  });
}

function tags(batch, entries) {
  const found = {};
  for (let i = 0; i < entries.length; i += 2) {
    found[at(batch.texts, entries[i])] = at(batch.texts, at(entries, i + 1));
  }
  return found;
}

/** Returns the next id of 8 bytes with each call. */
function ids(bytes) {
  let position = 0;
  return () => {
    position += 8;
    return hex(bytes, position - 8, 8);
  };
}

function hex(bytes, start, length) {
  if (start < 0 || start + length > bytes.length) {
    throw new RangeError('the batch has fewer ids than events');
  }
  return Buffer.from(bytes.subarray(start, start + length)).toString('hex');
}

function at(items, index) {
  if (!(index >= 0 && index < items.length)) {
    throw new RangeError(`an index of the batch is ${index}, of ${items.length} items`);
  }
  return items[index];
}

function next(values) {
  const { value, done } = values.next();
  if (done) {
    throw new RangeError('the batch has fewer durations than events');
  }
  return value;
}
