/** Schema registries: where the schema that a record was written with is found by its number. */
@NullMarked
package io.tracetide.schemas.registry;

import org.jspecify.annotations.NullMarked;
