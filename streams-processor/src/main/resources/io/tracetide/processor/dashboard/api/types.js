/**
 * An instance of the processor.
 * @typedef {object} InstanceStatus
 * @property {string} host
 * @property {string} version
 * @property {string} startedAt
 * @property {number[]} windowPartitions
 * @property {number[]} tracePartitions
 * @property {Record<string, number>} lag records that it has not read yet, by topic
 * @property {Record<string, string>} settings keys that differ from the defaults
 */

/**
 * @typedef {object} Instances
 * @property {boolean} partial
 * @property {string[]} missing
 * @property {InstanceStatus[]} instances
 */

/**
 * @typedef {object} Contract
 * @property {string} name
 * @property {string} severity
 * @property {{tenant: string, service: string, operation: string, tags: Record<string, string>}} match
 * @property {{name: string, optional: boolean, repeatable: boolean, then: string[], maxDurationMs: number | null}[]} steps
 * @property {boolean} ordered
 * @property {string[]} requiredApprovers
 * @property {string | null} approvalBefore
 * @property {string[]} requiredContext
 * @property {number | null} maxLatencyMs
 * @property {string | null} deadline
 * @property {string} timeZone
 * @property {number | null} maxSilenceMs
 * @property {number | null} minThroughputPerSec
 * @property {number | null} maxErrorRatePercent
 *
 * @typedef {{contracts: Contract[]}} Contracts
 */

/**
 * Shapes of the answers, as documented in streams-processor/README.md and alert-sink/README.md. Times are texts in ISO-8601.
 *
 * @typedef {object} Partial
 * @property {boolean} partial
 * @property {string[]} missing instances that did not answer
 *
 * @typedef {object} Point
 * @property {string} start
 * @property {string} end
 * @property {number} count
 * @property {number} errors
 * @property {number} throughputPerSec
 * @property {number} errorRatePercent
 * @property {number | null} p50Ms
 * @property {number | null} p90Ms
 * @property {number | null} p95Ms
 * @property {number | null} p99Ms
 * @property {number | null} maxMs
 * @property {Exemplars} exemplars
 * @property {boolean} final
 *
 * @typedef {object} Series
 * @property {string} tenant
 * @property {string} service
 * @property {string} operation
 * @property {Point[]} points
 *
 * @typedef {object} MetricPoint
 * @property {string} start
 * @property {number | null} mean
 * @property {number | null} p95
 * @property {number | null} max
 * @property {number | null} ratePerSec
 *
 * @typedef {object} MetricSeries
 * @property {string} tenant
 * @property {string} service
 * @property {string} operation
 * @property {string} metric
 * @property {string | null} unit
 * @property {Record<string, string>} attributes
 * @property {MetricPoint[]} points
 *
 * @typedef {Partial & {from: string, to: string, granularityMs: number, relativeError: number, retainedFrom: string | null, series: Series[], metricSeries?: MetricSeries[]}} Analytics
 *
 * @typedef {object} Figures
 * @property {number} count
 * @property {number} errors
 * @property {number} throughputPerSec
 * @property {number} errorRatePercent
 * @property {number | null} p50Ms
 * @property {number | null} p95Ms
 * @property {number | null} p99Ms
 * @property {number} openAnomalies
 *
 * @typedef {Figures & {operation: string}} OperationRow
 *
 * @typedef {Figures & {tenant: string, service: string, status: string, reason: string, warmUp: {windows: number, needed: number} | null, lastWorkAt: string | null, inFlight: number | null, stuck: number | null, operations: OperationRow[]}} ServiceRow
 *
 * @typedef {Partial & {from: string, to: string, closedUpTo: string | null, totals: Figures & {services: number, inFlight: number | null, stuck: number | null, statuses: Record<string, number>}, services: ServiceRow[]}} Dashboard
 *
 * @typedef {{name: string, observed: number | null, expected: number | null, low: number | null, high: number | null, contribution: number | null}} Feature
 * @typedef {{slowest: string | null, error: string | null, typical: string | null}} Exemplars
 *
 * @typedef {object} Anomaly
 * @property {string} anomalyId
 * @property {string} fingerprint
 * @property {string} tenant
 * @property {string} service
 * @property {string} operation
 * @property {string} detector
 * @property {string} kind
 * @property {string | null} rule
 * @property {string | null} engine
 * @property {string} severity
 * @property {number | null} confidence
 * @property {string} state
 * @property {number} revision
 * @property {string} openedAt
 * @property {string} updatedAt
 * @property {string | null} resolvedAt
 * @property {string} windowStart
 * @property {string} windowEnd
 * @property {string} summary
 * @property {Exemplars} exemplars
 * @property {string[]} traceIds
 * @property {Feature[]} features
 * @property {{windowStart: string, windowEnd: string, exemplars: Exemplars, features: Feature[]} | null} peak
 * @property {{incidentId: string, openedAt: string, anomalies: number, origin: {service: string, operation: string}} | null} incident
 *
 * @typedef {Partial & {total: number, anomalies: Anomaly[]}} Anomalies
 *
 * @typedef {{id: string, tenant: string, state: string, verdict: string, fingerprint: string, by: string, at: string, comment: string, until?: string}} Judgement feedback on an anomaly
 *
 * @typedef {{anomalyId: string, service: string, operation: string, detector: string, kind: string, rule: string | null, severity: string, state: string, openedAt: string, resolvedAt: string | null, summary: string}} IncidentPart
 * @typedef {{incidentId: string, tenant: string, severity: string, state: string, openedAt: string, resolvedAt: string | null, origin: {service: string, operation: string}, services: string[], total: number, anomalies: IncidentPart[]}} Incident
 * @typedef {Partial & {total: number, incidents: Incident[]}} Incidents
 *
 * @typedef {object} TraceEvent
 * @property {string} timestamp
 * @property {number | null} offsetMs
 * @property {string} kind
 * @property {string} service
 * @property {string} operation
 * @property {string} spanId
 * @property {string} name
 * @property {Record<string, string>} attributes
 *
 * @typedef {{spanId: string | null, parentSpanId: string | null, service: string, operation: string, kind: string, status: string, startedAt: string | null, endedAt: string | null, durationMs: number | null, error: {type: string, message: string} | null, tags: Record<string, string>}} Span
 *
 * @typedef {object} Trace
 * @property {string} traceId
 * @property {string} tenant
 * @property {string} service
 * @property {string} operation
 * @property {string} state
 * @property {string | null} startedAt
 * @property {string} lastEventAt
 * @property {string | null} endedAt
 * @property {number | null} durationMs
 * @property {number | null} progressPercentage
 * @property {string | null} currentOperation
 * @property {Record<string, string>} context
 * @property {Record<string, string>} tags
 * @property {TraceEvent[] | null} events
 * @property {number} eventsDropped
 * @property {number} openSpans
 * @property {string | null} stuckSince
 * @property {number | null} allowedSilenceMs
 * @property {string | null} abandonedAt
 * @property {{type: string, message: string} | null} error
 * @property {Record<string, string>} metadata
 * @property {Record<string, number | null>} metrics
 * @property {Record<string, number | null>} resources
 * @property {Span[]} [spans]
 *
 * @typedef {Partial & {traces: Trace[], cursor: string | null}} Traces
 *
 * @typedef {{partition: number, sequence: number, tenant: string, timestamp: string, chainedAt: string, actor: string, action: string, subject: string, details: Record<string, string>, hash: string}} AuditEntry
 * @typedef {{entries: AuditEntry[], scanned: number, unreadable: number, cursor: string | null}} Audit
 * @typedef {{partition: number, records: number, firstSequence: number | null, lastSequence: number | null, headHash: string | null, waiting: number, firstInvalid: {sequence: number | null, fault: string, detail: string} | null}} AuditChain
 * @typedef {{state: string, valid: boolean | null, checkedAt: string | null, records: number, trouble: string | null, partitions: AuditChain[]}} AuditVerification
 *
 * @typedef {object} Alert
 * @property {string} fingerprint
 * @property {Record<string, string>} labels
 * @property {Record<string, string>} annotations
 * @property {string} startsAt
 * @property {string} endsAt
 * @property {string} updatedAt
 * @property {{state: string, silencedBy: string[], inhibitedBy: string[], mutedBy: string[]}} status
 * @property {Acknowledgement} [acknowledgement] absent while it is not acknowledged
 *
 * @typedef {{labels: Record<string, string>, receiver: {name: string}, alerts: Alert[]}} AlertGroup
 * @typedef {{name: string, value: string, isRegex: boolean, isEqual: boolean}} Matcher
 * @typedef {{id: string, status: {state: string}, createdBy: string, comment: string, startsAt: string, endsAt: string, matchers: Matcher[]}} Silence
 * @typedef {{notificationId: string, tenant: string, receiver: string, channel: string, groupKey: string, status: string, reason: string, detail: string, attempts: number, completedAt: string}} Outcome
 * @typedef {{by: string, comment: string, at: string, expiresAt: string | null, muteUntilResolved: boolean}} Acknowledgement
 * @typedef {{fingerprint: string, tenant: string, labels: Record<string, string>, phase: string, startsAt: string, phaseSince: string, acknowledgement: Acknowledgement | null, silencedBy: Silence[], outcomes: Outcome[], why: string[], groups: {key: string, labels: Record<string, string>, recipients: string[], lastNotifiedAt: string | null, nextFlush: string | null}[]}} Explanation
 *
 * @typedef {object} About
 * @property {string} version
 * @property {string} instance
 * @property {string} now
 * @property {{name: string | null, tenants: string[], allTenants: boolean, mayAct: boolean}} caller
 * @property {boolean} alerting whether alerts of the alert sink are under /alerting
 * @property {string} traceUrl template of links to another tracing UI; empty for none
 * @property {string} gatewayUrl where services send spans; empty if not configured
 */

export {};
