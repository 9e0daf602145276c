/** Records to bytes and back, in the wire format that Confluent's serializers use. */
@NullMarked
package io.tracetide.schemas.serde;

import org.jspecify.annotations.NullMarked;
