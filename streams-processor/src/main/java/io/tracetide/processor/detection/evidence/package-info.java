/**
 * Detection by evidence: the samples of all series of a tenant are collected from the partitions of
 * their services and assessed together, window by window.
 */
@NullMarked
package io.tracetide.processor.detection.evidence;

import org.jspecify.annotations.NullMarked;
