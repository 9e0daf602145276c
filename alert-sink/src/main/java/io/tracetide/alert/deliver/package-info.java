/**
 * Delivers notifications to their receivers, at least once and in order; the outcome of each is
 * logged before its offset is committed.
 */
@NullMarked
package io.tracetide.alert.deliver;

import org.jspecify.annotations.NullMarked;
