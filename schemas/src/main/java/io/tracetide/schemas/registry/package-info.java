/** Clients of schema registries, which return the schema of a record by its id. */
@NullMarked
package io.tracetide.schemas.registry;

import org.jspecify.annotations.NullMarked;
