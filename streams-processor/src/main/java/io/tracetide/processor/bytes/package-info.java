/** Byte buffers, hashes, variable-length integers and hash tables that the hot paths share. */
@NullMarked
package io.tracetide.processor.bytes;

import org.jspecify.annotations.NullMarked;
