/**
 * The conversion of OpenTelemetry spans to events of the contract, shared by the gateway and by the
 * exporter inside a service.
 */
@NullMarked
package io.tracetide.schemas.mapping;

import org.jspecify.annotations.NullMarked;
