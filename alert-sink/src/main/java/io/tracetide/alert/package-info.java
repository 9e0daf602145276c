/**
 * The alert sink as a process: its configuration, its settings of Kafka, and what is wired to what.
 */
@NullMarked
package io.tracetide.alert;

import org.jspecify.annotations.NullMarked;
