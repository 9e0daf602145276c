/** The topics of Tracetide: their names, their settings, and the schemas of what is in them. */
@NullMarked
package io.tracetide.schemas.topic;

import org.jspecify.annotations.NullMarked;
