/**
 * How spans of OpenTelemetry are read as events of the contract, wherever that is done: by the
 * gateway for what comes over the network, by the exporter inside a service.
 */
@NullMarked
package io.tracetide.schemas.mapping;

import org.jspecify.annotations.NullMarked;
