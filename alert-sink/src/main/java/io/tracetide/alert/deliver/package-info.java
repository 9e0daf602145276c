/**
 * Carries decided notifications to their receivers, at least once and in order, and logs what
 * became of each before it counts as done.
 */
@NullMarked
package io.tracetide.alert.deliver;

import org.jspecify.annotations.NullMarked;
