/**
 * The learned detector: robust bands and an isolation forest over the windows of each series. Pure:
 * no Kafka.
 */
@NullMarked
package io.tracetide.processor.detection;

import org.jspecify.annotations.NullMarked;
