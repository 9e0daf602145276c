/**
 * Where the changes of live queries come from: the tasks of this instance, and the other instances.
 */
@NullMarked
package io.tracetide.processor.query.live.source;

import org.jspecify.annotations.NullMarked;
