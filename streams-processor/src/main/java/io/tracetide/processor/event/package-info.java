/** Views of trace events and metric samples: the needed fields, read from the bytes of records. */
@NullMarked
package io.tracetide.processor.event;

import org.jspecify.annotations.NullMarked;
