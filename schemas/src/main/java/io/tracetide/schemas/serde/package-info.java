/** Encoding and decoding of records, in the wire format of Confluent's serializers. */
@NullMarked
package io.tracetide.schemas.serde;

import org.jspecify.annotations.NullMarked;
