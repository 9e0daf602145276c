/**
 * Several instances answering as one: which host holds which partition, the questions that
 * instances ask each other, and views that combine what is held here with what peers answer.
 */
@NullMarked
package io.tracetide.processor.query.peer;

import org.jspecify.annotations.NullMarked;
