/** The topics of Tracetide: their names, their settings, and the schemas of their records. */
@NullMarked
package io.tracetide.schemas.topic;

import org.jspecify.annotations.NullMarked;
